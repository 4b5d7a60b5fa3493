package io.signalbox.systemtests.process;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one line that a server says when it accepts clients:
 *
 * <pre>signalbox 0.1.0 ready: mqtt 127.0.0.1:1883, http 127.0.0.1:8080</pre>
 *
 * @param ports port of each listener, by the listener's name
 */
public record ReadyLine(Map<String, Integer> ports) {
    private static final Pattern LINE = Pattern.compile(".*\\bsignalbox \\S+ ready: (.+)");
    private static final Pattern LISTENER = Pattern.compile("(\\w+) (\\S+):(\\d+)");

    public ReadyLine {
        ports = Map.copyOf(ports);
    }

    public static boolean matches(String line) {
        return LINE.matcher(line).matches();
    }

    public static ReadyLine parse(String line) {
        Matcher all = LINE.matcher(line);
        if (!all.matches()) {
            throw new IllegalArgumentException("not a ready line: " + line);
        }
        Map<String, Integer> ports = new HashMap<>();
        Matcher listener = LISTENER.matcher(all.group(1));
        while (listener.find()) {
            ports.put(listener.group(1), Integer.valueOf(listener.group(3)));
        }
        return new ReadyLine(ports);
    }

    public int port(String listener) {
        Integer port = ports.get(listener);
        if (port == null) {
            throw new IllegalStateException("no listener " + listener + " among " + ports);
        }
        return port;
    }
}
