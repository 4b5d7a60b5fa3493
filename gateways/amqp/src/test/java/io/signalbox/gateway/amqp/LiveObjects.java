package io.signalbox.gateway.amqp;

import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** Objects of this process that somebody can still reach: what is garbage the virtual machine does not count. */
final class LiveObjects {
    /** A line of the histogram: number, instances, bytes, class. */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    private LiveObjects() {}

    /** Of the engine's classes. */
    static long ofTheEngine() {
        return count("org.apache.qpid.protonj2.");
    }

    private static long count(String prefix) {
        try {
            Object histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return histogram
                    .toString()
                    .lines()
                    .map(LINE::matcher)
                    .filter(line -> line.matches() && line.group(2).startsWith(prefix))
                    .mapToLong(line -> Long.parseLong(line.group(1)))
                    .sum();
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
