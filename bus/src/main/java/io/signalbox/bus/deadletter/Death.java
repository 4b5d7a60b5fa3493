package io.signalbox.bus.deadletter;

import io.signalbox.bus.message.Reason;
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

    static Death first(String handler, Reason reason, long nowMillis, @Nullable Throwable error) {
        return new Death(handler, reason, 1, nowMillis, nowMillis, error, hashOf(error));
    }

    Death again(long nowMillis, @Nullable Throwable latest) {
        return new Death(handler, reason, count + 1, firstMillis, nowMillis, latest, hashOf(latest));
    }

    private static String hashOf(@Nullable Throwable error) {
        if (error == null) {
            return "";
        }
        int hash = error.getClass().getName().hashCode();
        StackTraceElement[] stack = error.getStackTrace();
        for (int i = 0; i < Math.min(8, stack.length); i++) {
            hash = 31 * hash + stack[i].getClassName().hashCode();
            hash = 31 * hash + stack[i].getMethodName().hashCode();
            hash = 31 * hash + stack[i].getLineNumber();
        }
        return Integer.toHexString(hash);
    }
}
