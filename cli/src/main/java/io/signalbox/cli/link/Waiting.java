package io.signalbox.cli.link;

import io.signalbox.cli.link.LinkException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for an answer of the server, which a silent one never gives. */
final class Waiting {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private Waiting() {}

    static <T> T forAnswer(CompletableFuture<T> answer, String address, Patience patience) throws LinkException {
        long leftNanos = patience.leftNanos().getAsLong();
        try {
            Object unused = CompletableFuture.anyOf(answer, patience.end().handle((done, failed) -> true))
                    .get(Math.min(leftNanos, ANSWER_NANOS), TimeUnit.NANOSECONDS);
            if (!answer.isDone()) {
                throw new LinkException(Kind.ENDED, "ended before the server at " + address + " answered");
            }
            return answer.get();
        } catch (ExecutionException e) {
            throw Refusals.of(e, address);
        } catch (TimeoutException e) {
            throw leftNanos < ANSWER_NANOS
                    ? new LinkException(
                            Kind.TIMED_OUT, "the server at " + address + " did not answer in the time given with -W")
                    : new LinkException(
                            Kind.UNAVAILABLE,
                            "the server at " + address + " did not answer within "
                                    + TimeUnit.NANOSECONDS.toSeconds(ANSWER_NANOS) + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LinkException(Kind.UNAVAILABLE, "interrupted");
        }
    }

    /** For a good-bye: whoever does not take it is left. */
    static void briefly(Future<?> answer) {
        try {
            Object unused = answer.get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // the connection is gone either way
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
