package io.signalbox.cli;

import io.signalbox.cli.link.Link;
import io.signalbox.cli.link.LinkException;
import io.signalbox.cli.link.Outgoing;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Publishes whose acknowledgement has not come yet: so many and no more, and the first refusal ends it. */
final class Flight {
    private static final int WIDTH = 512;
    /** A large message takes the room of many, so that all together stay below some 32 MiB; a giant flies alone. */
    private static final int BYTES_OF_ONE = 64 * 1024;

    private final Semaphore free = new Semaphore(WIDTH);
    private final AtomicReference<@Nullable LinkException> failure = new AtomicReference<>();
    private final Deadline deadline;

    Flight(Deadline deadline) {
        this.deadline = deadline;
    }

    /** Waits while there are too many. */
    void send(Link link, Outgoing message) throws LinkException {
        int room = Math.min(WIDTH, 1 + message.payload().length / BYTES_OF_ONE);
        acquire(room);
        var unused = link.publish(message).whenComplete((done, failed) -> {
            Throwable cause =
                    failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
            if (cause instanceof LinkException refused) {
                fail(refused);
            } else if (cause != null) {
                fail(new LinkException(LinkException.Kind.REFUSED, String.valueOf(cause.getMessage())));
            }
            free.release(room);
        });
    }

    /** Waits until all have arrived. */
    void land() throws LinkException {
        acquire(WIDTH);
        free.release(WIDTH);
    }

    /** Nothing more will be acknowledged. */
    void fail(LinkException reason) {
        failure.compareAndSet(null, reason);
        free.release(WIDTH);
    }

    private void acquire(int permits) throws LinkException {
        try {
            if (!free.tryAcquire(permits, deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
                throw new TimedOutException("not acknowledged in the time given with -W");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LinkException(LinkException.Kind.UNAVAILABLE, "interrupted");
        }
        LinkException refused = failure.get();
        if (refused != null) {
            throw refused;
        }
    }
}
