package io.signalbox.transports.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What went wrong, and whether the same again may go well. */
final class Failures {
    /** Errors of a server that is on its way to be what it should. */
    private static final List<String> PASSING =
            List.of("LOADING", "BUSY", "READONLY", "MASTERDOWN", "NOREPLICAS", "TRYAGAIN", "MISCONF", "UNKILLABLE");

    private Failures() {}

    /** The answer, or what it failed with as it is. */
    static <T> T get(Future<T> answer, long waitMillis) throws InterruptedException, TimeoutException {
        try {
            return answer.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new RedisException(e.getCause());
        }
    }

    /** The server said no, and means it. */
    static boolean isFinal(Exception e) {
        return e instanceof RedisCommandExecutionException
                && !(e instanceof RedisNoScriptException)
                && PASSING.stream().noneMatch(word -> text(e).startsWith(word));
    }

    /** Nothing but a new link helps: the line is broken or silent, or the server has forgotten the scripts. */
    static boolean breaksLink(Exception e) {
        return e instanceof TimeoutException
                || e instanceof CancellationException
                || e instanceof RedisNoScriptException
                || e instanceof RedisException && !(e instanceof RedisCommandExecutionException);
    }

    static Refusal refusal(Exception e) {
        if (text(e).startsWith("OOM")) {
            return new Refusal(
                    ReasonCode.STORAGE_FULL, "the memory of the Redis server is full (maxmemory): " + text(e));
        }
        ReasonCode reason = isFinal(e) ? ReasonCode.STORAGE_FAILED : ReasonCode.BUSY;
        return new Refusal(reason, "Redis did not take it: " + e);
    }

    private static String text(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
