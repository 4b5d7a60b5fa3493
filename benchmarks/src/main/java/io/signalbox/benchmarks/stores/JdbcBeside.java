package io.signalbox.benchmarks.stores;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.jdbc.JdbcConfig;
import io.signalbox.transports.jdbc.JdbcTransport;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The jdbc transport beside the same by hand ({@link ByHand}), in turn: {@code java -cp benchmarks.jar
 * io.signalbox.benchmarks.stores.JdbcBeside jdbc:postgresql://127.0.0.1:PORT/postgres?user=USER [messages]}.
 */
public final class JdbcBeside {
    private static final int BYTES = 256;
    private static final int WINDOW = 5_000;

    private JdbcBeside() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        try (JdbcTransport transport =
                        JdbcTransport.open(JdbcConfig.of(arguments[0]).withSchema("beside"), TimeSource.monotonic());
                ByHand byHand = new ByHand(arguments[0], BYTES)) {
            Consumer consumer = Consumer.open(transport);
            for (int run = 0; run <= 3; run++) {
                String name = run == 0 ? "warm-up" : "run " + run;
                consumer.hold();
                print(name, "transport, batch publish", messages, publish(transport, messages));
                print(name, "transport, consume", messages, consumer.consume(messages));
                print(name, "by hand, batches of 1,000", messages, byHand.publish(messages, 1_000));
                print(name, "by hand, consume", messages, byHand.consume(messages));
                print(name, "by hand, single inserts", messages / 50, byHand.publish(messages / 50, 1));
                byHand.consume(messages / 50);
            }
            consumer.close();
        }
    }

    private static void print(String run, String what, int messages, long nanos) {
        System.out.printf(Locale.ROOT, "%s: %s: %,.0f/s%n", run, what, messages * 1e9 / nanos);
    }

    private static long publish(JdbcTransport transport, int messages) throws InterruptedException {
        Message message =
                Message.to(Topic.ofMqtt("bench/a")).payload(new byte[BYTES]).build();
        Answers answers = new Answers(WINDOW);
        long began = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            answers.before();
            transport.publish(message, answers, i);
        }
        answers.awaitAll();
        return System.nanoTime() - began;
    }

    /** A session that accepts everything, once it is let. */
    private static final class Consumer implements Subscriber, Lane {
        private final ExecutorService executor = Executors.newSingleThreadExecutor();
        private final AtomicReference<CountDownLatch> left = new AtomicReference<>(new CountDownLatch(0));
        private volatile Thread thread = Thread.currentThread();

        @SuppressWarnings("NullAway.Init") // set by open, before anything is delivered
        private volatile Session session;

        static Consumer open(JdbcTransport transport) {
            Consumer consumer = new Consumer();
            SessionOptions options = SessionOptions.durableSession("consumer")
                    .withQueue(Integer.MAX_VALUE, Long.MAX_VALUE, io.signalbox.transport.OverflowPolicy.SPILL);
            consumer.session = transport
                    .open(options, consumer, consumer)
                    .toCompletableFuture()
                    .join();
            consumer.session
                    .subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("bench/#"), Guarantee.AT_LEAST_ONCE)))
                    .toCompletableFuture()
                    .join();
            return consumer;
        }

        void hold() {
            execute(() -> session.writable(false));
        }

        long consume(int messages) throws InterruptedException {
            CountDownLatch latch = new CountDownLatch(messages);
            left.set(latch);
            long began = System.nanoTime();
            execute(() -> session.writable(true));
            latch.await();
            return System.nanoTime() - began;
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(() -> {
                thread = Thread.currentThread();
                task.run();
            });
        }

        @Override
        public boolean inLane() {
            return Thread.currentThread() == thread;
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean fromRetained) {
            session.settle(deliveryId, Settlement.ACCEPTED);
            left.get().countDown();
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}

        void close() {
            executor.shutdown();
        }
    }
}
