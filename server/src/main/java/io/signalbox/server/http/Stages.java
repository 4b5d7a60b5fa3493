package io.signalbox.server.http;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for answers on virtual threads. */
final class Stages {
    static final long SECONDS_MAX = 30;

    private Stages() {}

    static <T> T await(CompletionStage<T> stage) throws InterruptedException, ExecutionException {
        try {
            return stage.toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw unknownOutcome();
        }
    }

    static HttpProblem unknownOutcome() {
        return new HttpProblem(
                504, "outcome-unknown", "no answer within " + SECONDS_MAX + " s; it may or may not have been done");
    }
}
