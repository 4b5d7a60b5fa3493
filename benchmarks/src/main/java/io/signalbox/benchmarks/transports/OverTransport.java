package io.signalbox.benchmarks.transports;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** The same through a transport: a durable session, each delivery accepted. */
final class OverTransport implements Contender {
    private static final Topic TOPIC = Topic.ofMqtt("bench/topic");

    private final Transport transport;
    private final String session;

    OverTransport(Transport transport, String session) {
        this.transport = transport;
        this.session = session;
        Counting nobody = new Counting(0);
        try (OwnLane lane = new OwnLane()) {
            Session opened = nobody.open(lane, 1);
            opened.subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("bench/#"), Guarantee.AT_LEAST_ONCE)))
                    .toCompletableFuture()
                    .join();
            nobody.leave(lane, opened);
        }
    }

    @Override
    public String name() {
        return "signalbox";
    }

    @Override
    public void publish(int messages, byte[] payload, int window) throws InterruptedException {
        Semaphore free = new Semaphore(window);
        CountDownLatch confirmed = new CountDownLatch(messages);
        PublishCallback callback = new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                free.release();
                confirmed.countDown();
            }

            @Override
            public void refused(long context, Refusal refusal) {
                throw refusal.toException();
            }
        };
        for (int i = 0; i < messages; i++) {
            free.acquire();
            transport.publish(Message.to(TOPIC).payload(payload).build(), callback, i);
        }
        confirmed.await();
    }

    @Override
    public long consume(int messages, int credit) throws InterruptedException {
        long began = System.nanoTime();
        Counting counting = new Counting(messages);
        try (OwnLane lane = new OwnLane()) {
            Session opened = counting.open(lane, credit);
            counting.received.await();
            counting.tally.demand(messages);
            long nanos = System.nanoTime() - began;
            counting.leave(lane, opened);
            return nanos;
        }
    }

    private final class Counting implements Subscriber {
        private final CountDownLatch received;
        private final Tally tally = new Tally(); // of the lane
        private final AtomicReference<Session> own = new AtomicReference<>();

        private Counting(int messages) {
            received = new CountDownLatch(messages);
        }

        private Session open(Lane lane, int credit) {
            SessionOptions options = SessionOptions.durableSession(session)
                    .withQueue(10_000_000, 1L << 33, OverflowPolicy.SPILL)
                    .withUnsettledMax(credit);
            return transport
                    .open(options, lane, this)
                    .thenApply(opened -> {
                        own.set(opened);
                        return opened;
                    })
                    .toCompletableFuture()
                    .join();
        }

        private void leave(OwnLane lane, Session opened) {
            lane.execute(() -> opened.detach(true));
            lane.close();
            // An open waits for what was asked to leave before it.
            OwnLane passing = new OwnLane();
            transport
                    .open(SessionOptions.transientSession("passing"), passing, new Counting(0))
                    .thenCompose(Session::remove)
                    .toCompletableFuture()
                    .join();
            passing.close();
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean fromRetained) {
            tally.handle(message.topic().text(), message.payload());
            own.get().settle(deliveryId, Settlement.ACCEPTED);
            received.countDown();
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}
    }

    /** One thread. */
    private static final class OwnLane implements Lane, AutoCloseable {
        private final AtomicReference<Thread> thread = new AtomicReference<>();
        private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread t = Thread.ofPlatform().daemon().name("lane").unstarted(task);
            thread.set(t);
            return t;
        });

        @Override
        public boolean inLane() {
            return Thread.currentThread() == thread.get();
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public void close() {
            executor.close();
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
