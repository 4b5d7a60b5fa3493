package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.load.ProcessFigures.ThreadCpu;
import java.util.Map;

/**
 * Processor time of a JVM outside of the kernel, in seconds. The flight recorder samples the threads that run Java code;
 * those of the machine itself are told by their names.
 */
record UserTime(double java, double collector, double compiler) {
    /** What was spent between two looks, by threads that live at the second. */
    static UserTime between(Map<String, ThreadCpu> before, Map<String, ThreadCpu> after) {
        double java = 0;
        double collector = 0;
        double compiler = 0;
        for (Map.Entry<String, ThreadCpu> each : after.entrySet()) {
            ThreadCpu earlier = before.get(each.getKey());
            double user = each.getValue().cpu().user()
                    - (earlier == null ? 0 : earlier.cpu().user());
            String name = each.getValue().name();
            if (name.startsWith("G1 ") || name.startsWith("GC Thread") || name.startsWith("VM Thread")) {
                collector += user;
            } else if (name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler")) {
                compiler += user;
            } else {
                java += user;
            }
        }
        return new UserTime(java, collector, compiler);
    }
}
