package io.signalbox.benchmarks.amqp;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.Tracker;

/** One sender and one receiver of a queue, each on a connection of its own, both of Qpid ProtonJ2. */
final class QueueClient implements AutoCloseable {
    /** Sent and without outcome. */
    private static final int WINDOW = 500;

    private static final int CREDIT = 1_000;
    private static final int PATIENCE_SECONDS = 60;

    private final Client client = Client.create();
    private final Sender sender;
    private final Receiver receiver;

    QueueClient(int port, String user, String address) throws Exception {
        SenderOptions sending = new SenderOptions();
        sending.targetOptions().capabilities("queue");
        sender = connect(port, user).openSender(address, sending);
        sender.openFuture().get();
        ReceiverOptions receiving = new ReceiverOptions().creditWindow(CREDIT);
        receiving.sourceOptions().capabilities("queue");
        receiver = connect(port, user).openReceiver(address, receiving);
        receiver.openFuture().get();
    }

    private Connection connect(int port, String user) throws Exception {
        ConnectionOptions options = new ConnectionOptions();
        options.transportOptions().allowNativeIO(false);
        if (!user.isEmpty()) {
            options.user(user).password(user);
        }
        Connection connection = client.connect("127.0.0.1", port, options);
        connection.openFuture().get();
        return connection;
    }

    /** @return nanoseconds from the first send until the last message was received and the last outcome heard */
    long through(int messages, byte[] payload) throws Exception {
        long began = System.nanoTime();
        CompletableFuture<Void> received = receive(messages, new Histogram(3));
        ArrayDeque<Tracker> open = new ArrayDeque<>();
        for (int i = 0; i < messages; i++) {
            open.add(sender.send(message(payload)));
            if (open.size() >= WINDOW) {
                accepted(open.remove());
            }
        }
        while (!open.isEmpty()) {
            accepted(open.remove());
        }
        received.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return System.nanoTime() - began;
    }

    /** @return nanoseconds from when a message was to be sent until it was received */
    Histogram paced(int messages, int perSecond, byte[] payload) throws Exception {
        Histogram latencyNanos = new Histogram(3);
        CompletableFuture<Void> received = receive(messages, latencyNanos);
        long periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long due = System.nanoTime();
        for (int i = 0; i < messages; i++, due += periodNanos) {
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            sender.send(message(payload).property("due", due));
        }
        received.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return latencyNanos;
    }

    private static Message<byte[]> message(byte[] payload) throws Exception {
        return Message.create(payload).durable(true);
    }

    private static void accepted(Tracker tracker) throws Exception {
        tracker.awaitAccepted(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> receive(int messages, Histogram latencyNanos) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("receiver").start(() -> {
            try {
                for (int i = 0; i < messages; i++) {
                    Delivery delivery = receiver.receive(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    if (delivery == null) {
                        throw new IllegalStateException("message " + i + " of " + messages + " does not come");
                    }
                    if (delivery.message().property("due") instanceof Long due) {
                        latencyNanos.recordValue(Math.max(1, System.nanoTime() - due));
                    }
                }
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @Override
    public void close() {
        client.close();
    }
}
