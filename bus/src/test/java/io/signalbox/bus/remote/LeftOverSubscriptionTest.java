package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.schedule.VirtualThreads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A subscription that an earlier process left is ended while a handler for it is registered after all. */
class LeftOverSubscriptionTest {
    /** Threads as they are, and a time that a test sets forward. */
    private static final class SetForward implements Scheduler {
        private final Scheduler threads;
        private volatile long byNanos;

        SetForward(Scheduler threads) {
            this.threads = threads;
        }

        void setForward(Duration by) {
            byNanos += by.toNanos();
        }

        @Override
        public long nowMillis() {
            return threads.nowMillis() + byNanos / 1_000_000;
        }

        @Override
        public long nanoTime() {
            return threads.nanoTime() + byNanos;
        }

        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            return threads.schedule(task, delayNanos);
        }

        @Override
        public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
            return threads.await(condition, timeoutNanos);
        }

        @Override
        public void close() {
            threads.close();
        }
    }

    @Test
    void aHandlerThatIsRegisteredMeanwhileIsHeard() throws InterruptedException {
        LoopbackTransport transport = new LoopbackTransport();
        Bus earlier = Bus.over(transport).durable("billing").build();
        earlier.subscribe(Remote.Paid.class, paid -> {});
        earlier.close();

        SetForward time = new SetForward(new VirtualThreads("billing"));
        List<Integer> heard = new CopyOnWriteArrayList<>();
        AtomicBoolean isComing = new AtomicBoolean();
        CompletableFuture<Thread> comer = new CompletableFuture<>();
        try (Bus bus = Bus.over(transport).durable("billing").scheduler(time).build();
                Bus other = Bus.over(transport).name("other").build()) {
            time.setForward(Duration.ofMinutes(2));
            transport.faults.beforeUnsubscribing(() -> {
                if (isComing.compareAndSet(false, true)) {
                    Thread thread = Thread.ofPlatform()
                            .start(() -> bus.subscribe(Remote.Paid.class, paid -> heard.add(paid.number())));
                    comer.complete(thread);
                    // Either it waits for this to be over, or it believes that it is in force.
                    Set<Thread.State> there = Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED);
                    await().until(() -> there.contains(thread.getState()));
                }
            });
            other.publish(new Remote.Paid(1));
            comer.join().join();
            await().until(() -> !transport.settlements.isEmpty());
            transport.faults.none();
            assertThat(other.publish(new Remote.Paid(7))).isEqualTo(PublishResult.ACCEPTED);
            await().untilAsserted(() -> assertThat(heard).contains(7));
        }
    }
}
