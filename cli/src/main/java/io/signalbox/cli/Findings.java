package io.signalbox.cli;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what was found out, one line each; those that explain why something is missing stand out. */
final class Findings {
    /** What a session's or topic's losses are called in the ledger, and what they mean. */
    private static final Map<String, String> DROPS = Map.of(
            "all", "'signalbox why client' tells for which reason",
            "queue_full", "the queue was full, and the oldest went",
            "slow_consumer", "the connection did not read as fast as they came",
            "offline", "at QoS 0 while nobody was connected, which is not kept",
            "not_authorized", "its user may not receive the topic",
            "session_closed", "the session ended with them in its queue",
            "unreadable", "the log could not give them back; its own log names the position",
            "retention", "retention removed them first, as configured",
            "handed_over", "another member of the share group has them");

    private final Output output;

    Findings(Output output) {
        this.output = output;
    }

    void fact(String text) {
        say(text, false);
    }

    void reason(String text) {
        say(text, true);
    }

    private void say(String text, boolean reason) {
        if (output.json()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("finding", text);
            line.put("reason", reason);
            output.document(line);
        } else {
            String safe = Output.printable(text);
            output.out()
                    .println((reason ? "! " : "  ") + (reason ? output.style().heading(safe) : safe));
        }
    }

    /** What a line of the ledger has beside deliveries. */
    void losses(Map<String, @Nullable Object> line) {
        if (line.get("dropped") instanceof Map<?, ?> dropped) {
            dropped.forEach((name, count) -> {
                String label = String.valueOf(name).toLowerCase(Locale.ROOT).replace('-', '_');
                if (count instanceof Number number && number.longValue() > 0) {
                    reason(number + " dropped: " + DROPS.getOrDefault(label, label));
                }
            });
        }
        if (number(line, "expired") > 0) {
            reason(number(line, "expired") + " expired before they were delivered");
        }
        if (number(line, "dead") > 0) {
            reason(number(line, "dead") + " are dead letters");
        }
    }

    /** @param letter as the API gives it */
    void deadLetter(Map<String, @Nullable Object> letter) {
        var deaths = Api.objects(letter, "deaths");
        Object error = deaths.isEmpty() ? "" : deaths.getLast().get("error");
        reason("dead letter " + letter.get("id") + " of session " + letter.get("session") + " since "
                + time(letter, "time") + ": "
                + (deaths.isEmpty() ? "" : deaths.getLast().get("reason"))
                + (error == null || error.equals("") ? "" : " (" + error + ")")
                + "; 'signalbox dlq redrive " + letter.get("id") + "' sends it again");
    }

    static long number(Map<String, @Nullable Object> object, String name) {
        return object.get(name) instanceof Number number ? number.longValue() : 0;
    }

    static String time(Map<String, @Nullable Object> object, String name) {
        return Instant.ofEpochMilli(number(object, name)).toString();
    }
}
