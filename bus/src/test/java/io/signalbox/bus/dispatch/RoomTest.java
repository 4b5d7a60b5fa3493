package io.signalbox.bus.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.schedule.VirtualThreads;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoomTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Nobody is ever told, and time is up when it is asked to wait. */
    private static class LateScheduler implements Scheduler {
        private volatile long nanos;

        @Override
        public long nowMillis() {
            return nanos / 1_000_000;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public void execute(Runnable task) {}

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            return () -> {};
        }

        @Override
        public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
            nanos += timeoutNanos;
            return false;
        }

        @Override
        public void close() {}
    }

    private final LateScheduler scheduler = new LateScheduler();
    private final Room room = new Room(new BoundedQueue<>(2), scheduler);

    private @Nullable PublishResult roomAfterTheTimeout() {
        return scheduler.nanoTime() < TIMEOUT.toNanos() ? null : PublishResult.ACCEPTED;
    }

    @Test
    void whoWasNotToldInTimeTriesOnceMore() {
        assertThat(room.await(this::roomAfterTheTimeout, TIMEOUT)).isEqualTo(PublishResult.ACCEPTED);
    }

    /** It is never half empty: another publisher fills each place at once. */
    @Test
    void whoWaitsBesideABusyPublisherHasHisTurn() {
        BoundedQueue<Integer> queue = new BoundedQueue<>(8);
        Room busy = new Room(queue, scheduler);
        while (queue.offer(1)) {
            Thread.onSpinWait();
        }
        CompletableFuture<Void> turn = busy.join();
        for (int taken = 1; taken <= queue.capacity() / 2; taken++) {
            assertThat(turn).isNotDone();
            queue.poll();
            busy.made();
            queue.offer(1);
        }
        assertThat(turn).isDone();
    }

    /** Its handlers are slow: until half of it was taken, the time would be over. */
    @Test
    void whoWaitsBesideSlowHandlersHasThePlaceThatIsFree() {
        long free = Duration.ofSeconds(3).toNanos();
        assertThat(room.await(() -> scheduler.nanoTime() < free ? null : PublishResult.ACCEPTED, TIMEOUT))
                .isEqualTo(PublishResult.ACCEPTED);
        assertThat(scheduler.nanoTime()).isLessThan(Duration.ofSeconds(4).toNanos());
    }

    /** The thread that looks waits until it is let go, and its time is up then; whoever else waits is interrupted. */
    private static final class TakesLeave extends LateScheduler {
        private final CompletableFuture<Void> looks = new CompletableFuture<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final Thread looking;
        private Runnable meanwhile = () -> {};

        TakesLeave(Function<Scheduler, Runnable> look) {
            looking = Thread.ofVirtual().unstarted(look.apply(this));
        }

        @Override
        public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
            if (Thread.currentThread() == looking) {
                looks.complete(null);
                end.join();
                return super.await(condition, TIMEOUT.toNanos());
            }
            meanwhile.run();
            throw new InterruptedException();
        }
    }

    /** He was woken to look, and had gone before he knew. */
    @Test
    void whoIsInterruptedWhenHeIsWokenWakesTheNext() throws InterruptedException {
        AtomicReference<@Nullable Room> room = new AtomicReference<>();
        TakesLeave threads = new TakesLeave(
                scheduler -> () -> Objects.requireNonNull(room.get()).await(() -> null, TIMEOUT));
        Room shared = new Room(new BoundedQueue<>(2), threads);
        room.set(shared);
        threads.looking.start();
        threads.looks.join();
        AtomicReference<@Nullable CompletableFuture<Void>> next = new AtomicReference<>();
        threads.meanwhile = () -> {
            next.set(shared.join());
            threads.end.complete(null);
            join(threads.looking);
        };
        assertThat(shared.await(() -> null, TIMEOUT.multipliedBy(10)))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(next.get()).isDone();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static final int PUBLISHERS = 20;

    /** Each on a thread of its own. */
    private static List<CompletableFuture<PublishResult>> waiting(
            Scheduler threads, Duration timeout, Supplier<@Nullable PublishResult> place) {
        Room shared = new Room(new BoundedQueue<>(2), threads);
        return IntStream.range(0, PUBLISHERS)
                .mapToObj(publisher -> {
                    CompletableFuture<PublishResult> answer = new CompletableFuture<>();
                    threads.execute(() -> answer.complete(shared.await(place::get, timeout)));
                    return answer;
                })
                .toList();
    }

    @Test
    void oneOfThoseThatWaitLooksForAll() {
        AtomicInteger looks = new AtomicInteger();
        try (Scheduler threads = new VirtualThreads("room")) {
            waiting(threads, Duration.ofSeconds(1), () -> {
                        looks.incrementAndGet();
                        return null;
                    })
                    .forEach(CompletableFuture::join);
        }
        assertThat(looks.get())
                .as("a few of each at the beginning and the end, and some of one; 17 of each, if all looked")
                .isLessThan(10 * PUBLISHERS);
    }

    /** Nobody is told that there is room. */
    @Test
    void whoHasFoundAPlaceWakesTheNext() {
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean free = new AtomicBoolean();
        try (Scheduler threads = new VirtualThreads("room")) {
            List<CompletableFuture<PublishResult>> all = waiting(threads, Duration.ofHours(1), () -> {
                looks.incrementAndGet();
                return free.get() ? PublishResult.ACCEPTED : null;
            });
            await().until(() -> looks.get() > 4 * PUBLISHERS);
            free.set(true);
            await().until(() -> all.stream().allMatch(CompletableFuture::isDone));
        }
    }
}
