package io.signalbox.bus.deadletter;

import io.signalbox.bus.message.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Equal deaths of one message, as one: same handler, same reason.
 *
 * @param count how often
 * @param error what the handler threw last; null when there was no handler to throw
 * @param stackHash of where it was thrown, equal for equal places: what one bug did is found by it
 */
public record Death(
        String handler,
        Reason reason,
        int count,
        long firstMillis,
        long lastMillis,
        @Nullable Throwable error,
        String stackHash) {

    private static final int FRAMES_MAX = 8;
    /** What stands between a handler and whoever called the bus. */
    private static final List<String> OF_THE_BUS =
            List.of("io.signalbox.bus.middleware.", "io.signalbox.bus.context.", "io.signalbox.bus.dispatch.");

    static Death first(String handler, Reason reason, long nowMillis, @Nullable Throwable error) {
        return new Death(handler, reason, 1, nowMillis, nowMillis, error, hashOf(error));
    }

    Death again(long nowMillis, @Nullable Throwable latest) {
        return new Death(handler, reason, count + 1, firstMillis, nowMillis, latest, hashOf(latest));
    }

    /** Of the frames down to the bus's own: a first call and a redrive come to a handler by different ways. */
    private static String hashOf(@Nullable Throwable error) {
        if (error == null) {
            return "";
        }
        int hash = error.getClass().getName().hashCode();
        StackTraceElement[] stack = error.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES_MAX, stack.length); i++) {
            String type = stack[i].getClassName();
            if (i > 0 && OF_THE_BUS.stream().anyMatch(type::startsWith)) {
                break;
            }
            hash = 31 * hash + type.hashCode();
            hash = 31 * hash + stack[i].getMethodName().hashCode();
            hash = 31 * hash + stack[i].getLineNumber();
        }
        return Integer.toHexString(hash);
    }
}
