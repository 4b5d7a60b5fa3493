package io.signalbox.client.subscribe;

import io.signalbox.message.Message;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far the past of one subscription was read, so that when the server has lost the session it goes on behind the last
 * message that came: nothing is missing, and what was read is not read again. Guarded by {@link Subscriptions}.
 */
final class Progress {
    private static final Pattern AGE = Pattern.compile("([0-9]{1,9})([smhd])");

    /** By priority, since higher ones pass lower ones. None before something came. */
    private long @Nullable [] lastSequences;

    private long firstAskedMillis;

    /** @param sequence 0: the server did not say */
    void arrived(int priority, long sequence) {
        if (sequence > 0) {
            if (lastSequences == null) {
                lastSequences = new long[Message.PRIORITY_MAX + 1];
            }
            // Not the highest there was: a server that begins anew begins with small ones. What is of higher priority
            // and
            // came before it in the log has passed it, and so has come.
            for (int higher = priority; higher < lastSequences.length; higher++) {
                lastSequences[higher] = higher == priority ? sequence : Math.max(sequence, lastSequences[higher]);
            }
        }
    }

    /** @param asked by the application. @return what the server is asked for now */
    String from(String asked, long nowMillis) {
        if (firstAskedMillis == 0) {
            firstAskedMillis = nowMillis;
        }
        // What is of a higher priority may have passed all of the others, which still wait then.
        if (lastSequences != null && lastSequences[Message.PRIORITY_DEFAULT] > 0) {
            long lowest = Long.MAX_VALUE;
            for (long last : lastSequences) {
                lowest = last > 0 ? Math.min(lowest, last) : lowest;
            }
            return "seq=" + (lowest + 1);
        }
        Matcher age = AGE.matcher(asked);
        if (!age.matches() || nowMillis <= firstAskedMillis) {
            return asked;
        }
        // What was an hour ago when it was asked for is more than an hour ago now.
        return Long.parseLong(age.group(1)) * seconds(age.group(2)) + (nowMillis - firstAskedMillis + 999) / 1_000
                + "s";
    }

    private static long seconds(String unit) {
        return switch (unit) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> 86_400;
        };
    }
}
