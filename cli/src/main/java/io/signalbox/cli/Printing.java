package io.signalbox.cli;

import io.signalbox.cli.link.Incoming;
import java.io.PrintStream;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How messages that arrive are printed: by one thread at a time. */
final class Printing {
    @Option(
            names = {"-v", "--verbose"},
            description = "Print the topic before each payload.")
    private boolean verbose;

    @Option(
            names = {"-F", "--format"},
            paramLabel = "FORMAT",
            description =
                    "json, as --json does; text, the payload and a line end (default); raw, the payload's bytes alone; or"
                            + " each message so: %%t topic, %%p payload, %%q QoS, %%j JSON, @H:@M:@S time, \\n; all of mosquitto_sub's"
                            + " but %%A, %%m and %%S.")
    private @Nullable String format;

    @Option(names = "-N", description = "Print no line end after a message.")
    private boolean noLineEnd;

    @Mixin
    private final Output output = new Output();

    /** Null: JSON. */
    private @Nullable MessageFormat layout;

    Output output() {
        return output;
    }

    void check(Connection connection) {
        if (output.json() && (format != null || verbose || noLineEnd)) {
            throw connection.wrong("--json says how to print already; leave -F, -v and -N out");
        }
        String pattern = format == null ? "text" : format;
        boolean named = pattern.equals("json") || pattern.equals("raw");
        if (named && (verbose || noLineEnd)) {
            throw connection.wrong("--format " + pattern + " says how to print already; leave -v and -N out");
        }
        try {
            layout = output.json() || pattern.equals("json")
                    ? null
                    : MessageFormat.of(
                            pattern.equals("text") ? verbose ? "%t %p" : "%p" : pattern.equals("raw") ? "%p" : pattern);
        } catch (IllegalArgumentException e) {
            throw connection.wrong(String.valueOf(e.getMessage()));
        }
        noLineEnd |= pattern.equals("raw");
    }

    void print(Incoming message) {
        ZonedDateTime now = ZonedDateTime.now();
        PrintStream out = output.stdio().out();
        MessageFormat lines = layout;
        if (lines == null) {
            out.println(MessageJson.all(message, now));
        } else {
            byte[] line = lines.line(message, now);
            out.write(line, 0, line.length);
            if (!noLineEnd) {
                out.write('\n');
            }
        }
        out.flush();
    }

    /** Whoever reads what is printed has gone. */
    boolean isUnread() {
        return output.stdio().out().checkError();
    }
}
