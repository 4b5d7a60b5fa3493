package io.signalbox.systemtests.disk;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What strace wrote, with {@code -f -yy -xx}: system calls with the lines on which they began and
 * returned, which order them among the threads.
 *
 * <pre>
 * 4711 pwrite64(33&lt;/data/segment&gt;, "\x01\x02", 2, 0) = 2
 * 4711 fdatasync(33&lt;/data/segment&gt; &lt;unfinished ...&gt;
 * 4712 write(40&lt;TCP:[127.0.0.1:1883-&gt;127.0.0.1:5000]&gt;, "\x40\x02\x00\x01", 4) = 4
 * 4711 &lt;... fdatasync resumed&gt;) = 0
 * </pre>
 */
record SyscallTrace(List<Call> calls) {
    private static final Pattern LINE = Pattern.compile("(?:\\[pid\\s+)?(\\d+)\\]?\\s+(.*)");
    private static final Pattern BEGIN = Pattern.compile("(\\w+)\\((.*)");
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. (\\w+) resumed>(.*)");
    private static final Pattern RESULT = Pattern.compile(".*\\)\\s+= (-?\\d+).*");
    private static final Pattern DESCRIPTOR = Pattern.compile("(\\d+)<(.*?)>[,)\\s].*");
    private static final Pattern STRING = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"");

    /**
     * @param descriptor the first argument; -1 when it is none
     * @param file what the descriptor stands for: a path, or {@code TCP:[...]}
     * @param data all bytes of the arguments, one after the other
     * @param began line of the start
     * @param returned line of the return; {@link Integer#MAX_VALUE} when it never did
     * @param result of the call; negative for an error
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Call(String name, int descriptor, String file, byte[] data, int began, int returned, long result) {
        boolean isSocket() {
            return file.startsWith("TCP:") || file.startsWith("TCPv6:") || file.startsWith("socket:");
        }
    }

    private record Open(String name, String arguments, int began) {}

    SyscallTrace {
        calls = List.copyOf(calls);
    }

    static SyscallTrace parse(Iterable<String> lines) {
        List<Call> calls = new ArrayList<>();
        Map<String, Open> unfinished = new HashMap<>();
        int lineNumber = 0;
        for (String line : lines) {
            lineNumber++;
            Matcher split = LINE.matcher(line);
            if (!split.matches()) {
                continue;
            }
            String thread = split.group(1);
            Matcher resumed = RESUMED.matcher(split.group(2));
            Matcher begin = BEGIN.matcher(split.group(2));
            if (resumed.matches()) {
                Open open = unfinished.remove(thread);
                if (open != null) {
                    calls.add(call(open, open.arguments + resumed.group(2), lineNumber));
                }
            } else if (begin.matches()) {
                Open open = new Open(begin.group(1), begin.group(2), lineNumber);
                if (open.arguments.endsWith("<unfinished ...>")) {
                    unfinished.put(thread, open);
                } else {
                    calls.add(call(open, open.arguments, lineNumber));
                }
            }
        }
        unfinished.values().forEach(open -> calls.add(call(open, open.arguments, Integer.MAX_VALUE)));
        return new SyscallTrace(calls);
    }

    private static Call call(Open open, String arguments, int returned) {
        Matcher descriptor = DESCRIPTOR.matcher(arguments);
        // The address pair of a socket holds a ">" of its own.
        String file = descriptor.matches() ? descriptor.group(2) : "";
        int number = descriptor.matches() ? Integer.parseInt(descriptor.group(1)) : -1;
        Matcher result = RESULT.matcher(arguments);
        long value = result.matches() ? Long.parseLong(result.group(1)) : -1;
        return new Call(open.name, number, file, bytes(arguments), open.began, returned, value);
    }

    private static byte[] bytes(String arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher string = STRING.matcher(arguments);
        while (string.find()) {
            String hex = string.group(1);
            for (int i = 2; i < hex.length(); i += 4) {
                bytes.write(Integer.parseInt(hex, i, i + 2, 16));
            }
        }
        return bytes.toByteArray();
    }
}
