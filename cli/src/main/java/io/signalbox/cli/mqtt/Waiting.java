package io.signalbox.cli.mqtt;

import io.signalbox.cli.mqtt.LinkException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for an answer of the server, which a silent one never gives. */
final class Waiting {
    private static final long ANSWER_SECONDS = 30;

    private Waiting() {}

    static <T> T forAnswer(CompletableFuture<T> answer, String address) throws LinkException {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Refusals.of(e, address);
        } catch (TimeoutException e) {
            throw new LinkException(
                    Kind.UNAVAILABLE, "the server at " + address + " did not answer within " + ANSWER_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LinkException(Kind.UNAVAILABLE, "interrupted");
        }
    }

    /** For a good-bye: whoever does not take it is left. */
    static void briefly(CompletableFuture<?> answer) {
        try {
            Object unused = answer.get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // the connection is gone either way
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
