package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What other threads ask of the one that owns a consumer. Bounded by the askers, who wait for their answers. */
final class Requests {
    private final LinkedBlockingQueue<Request<?>> waiting = new LinkedBlockingQueue<>();
    private boolean ended;

    private record Request<T>(Supplier<T> work, CompletableFuture<T> answer) {
        void run() {
            try {
                answer.complete(work.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }

        void refuse() {
            answer.completeExceptionally(new SignalboxException(ReasonCode.CLOSED, "the session has ended"));
        }
    }

    <T> CompletableFuture<T> add(Supplier<T> work) {
        Request<T> request = new Request<>(work, new CompletableFuture<>());
        synchronized (this) {
            if (!ended) {
                waiting.add(request);
                return request.answer;
            }
        }
        request.refuse();
        return request.answer;
    }

    /** On the owner: all that are there. */
    void run() {
        for (Request<?> next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    /** On the owner: the next, if it comes in time. */
    void await(Duration wait) {
        try {
            Request<?> next = waiting.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
            if (next != null) {
                next.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void end() {
        synchronized (this) {
            ended = true;
        }
        for (Request<?> next = waiting.poll(); next != null; next = waiting.poll()) {
            next.refuse();
        }
    }
}
