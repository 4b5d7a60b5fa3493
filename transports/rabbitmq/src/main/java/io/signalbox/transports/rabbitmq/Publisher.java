package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Connector;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.connection.ResponseTimes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes publishes, hears their confirms, and writes those again that were unconfirmed when a connection was lost, in
 * their order and before all later ones. One thread owns the writing; everybody else only enqueues, so that a slow
 * socket blocks no event loop.
 */
final class Publisher implements Connector<PublishChannels> {
    private static final int FAILURES_MAX = 5;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Connections connections;
    private final Topology topology;
    private final PublishBound bound;
    private final ResponseTimes responseTimes;
    private final Durability confirmed;
    private final TimeSource time;
    private final ConcurrentLinkedQueue<Outgoing> queue = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Outgoing> again = new ArrayDeque<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("rabbitmq-publisher").unstarted(this::run);
    private volatile boolean sleeping;
    private volatile @Nullable PublishChannels up;
    private volatile boolean closing;
    private @Nullable PublishChannels written;

    Publisher(
            Connections connections,
            Topology topology,
            PublishBound bound,
            ResponseTimes responseTimes,
            Durability confirmed,
            TimeSource time) {
        this.connections = connections;
        this.topology = topology;
        this.bound = bound;
        this.responseTimes = responseTimes;
        this.confirmed = confirmed;
        this.time = time;
    }

    void start() {
        thread.start();
    }

    /** The caller has entered the bound. Any thread. */
    void submit(Outgoing outgoing) {
        queue.add(outgoing);
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }

    // The connection, on its supervisor's thread

    @Override
    public PublishChannels connect(Lost lost) throws IOException, TimeoutException {
        Connection connection = connections.open("publish");
        try {
            connection.addShutdownListener(lost::because);
            try (Channel setup = connection.createChannel()) {
                topology.declare(setup);
            }
            return new PublishChannels(connection, topology.config().publish().messagesMax(), this, lost);
        } catch (IOException | TimeoutException | RuntimeException e) {
            connection.abort(1_000);
            throw e;
        }
    }

    @Override
    public void up(PublishChannels channels) {
        up = channels;
        LockSupport.unpark(thread);
    }

    @Override
    public void down(PublishChannels channels, Throwable cause) {
        up = null;
    }

    @Override
    public void disconnect(PublishChannels channels) {
        channels.connection().abort(1_000);
    }

    // Confirms, on the connection's reader

    void confirmed(List<Outgoing> all) {
        if (!all.isEmpty()) {
            responseTimes.record(System.nanoTime() - all.getLast().writtenNanos);
        }
        for (Outgoing one : all) {
            bound.leave(one.body.length);
            if (one.returned) {
                one.callback.published(one.context, Receipt.Outcome.NO_SUBSCRIBERS, Durability.ROUTED, 0);
            } else {
                one.callback.published(
                        one.context, Receipt.Outcome.ROUTED, one.light ? Durability.ROUTED : confirmed, 0);
            }
        }
    }

    void refused(List<Outgoing> all) {
        refuse(
                all,
                new Refusal(
                        ReasonCode.QUEUE_FULL,
                        "RabbitMQ did not take the message (basic.nack): a queue of somebody else's is full and set to"
                                + " reject-publish, or failed"));
    }

    private void refuse(List<Outgoing> all, Refusal refusal) {
        for (Outgoing one : all) {
            bound.leave(one.body.length);
            one.callback.refused(one.context, refusal);
        }
    }

    // The writing, on the publisher's own thread

    private void run() {
        while (true) {
            PublishChannels channels = up;
            if (channels != written) {
                takeBack();
                written = channels;
            }
            Outgoing next = channels == null ? null : again.isEmpty() ? queue.poll() : again.poll();
            if (next != null && channels != null) {
                write(channels, next);
            } else if (closing && nothingLeft(channels)) {
                return;
            } else if (channels == null) {
                refuseTheOldest();
                LockSupport.parkNanos(LOOK_NANOS);
            } else {
                sleep(channels);
            }
        }
    }

    private void sleep(PublishChannels channels) {
        lookAtTheOldest(channels);
        sleeping = true;
        if (queue.isEmpty()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        sleeping = false;
    }

    private void write(PublishChannels channels, Outgoing outgoing) {
        outgoing.writtenNanos = System.nanoTime();
        while (!channels.confirms(outgoing.light).add(outgoing)) {
            if (up != channels) {
                again.addFirst(outgoing);
                return;
            }
            lookAtTheOldest(channels);
            LockSupport.parkNanos(LOOK_NANOS / 100); // the oldest confirm is a whole ring behind
        }
        try {
            channels.channel(outgoing.light)
                    .basicPublish(outgoing.exchange, outgoing.routingKey, true, outgoing.properties, outgoing.body);
        } catch (IOException | RuntimeException e) {
            channels.lost().because(e); // it is among the unconfirmed, and written again on the next connection
            while (up == channels) {
                LockSupport.parkNanos(LOOK_NANOS / 100);
            }
        }
    }

    private void lookAtTheOldest(PublishChannels channels) {
        long nanos = channels.oldestNanos();
        if (nanos > topology.config().publish().confirmWait().toNanos()) {
            channels.lost()
                    .because(new TimeoutException("no confirm of a publish for " + nanos / 1_000_000
                            + " ms; publishing what is unconfirmed again on a new connection"));
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** A connection is gone: what it left unconfirmed is written before all else. */
    private void takeBack() {
        PublishChannels gone = written;
        if (gone == null) {
            return;
        }
        List<Outgoing> unconfirmed = new ArrayList<>(gone.takeUnconfirmed());
        unconfirmed.addAll(again);
        again.clear();
        for (Outgoing one : unconfirmed) {
            one.returned = false;
            if (gone.failedByItself() && ++one.failures >= FAILURES_MAX) {
                refuse(
                        List.of(one),
                        new Refusal(
                                ReasonCode.INTERNAL,
                                "RabbitMQ closed the channel " + FAILURES_MAX + " times while this message of "
                                        + one.body.length + " bytes was under way; see the server's log"));
            } else {
                again.add(one);
            }
        }
    }

    private void refuseTheOldest() {
        long before = time.millis() - topology.config().publish().hold().toMillis();
        Refusal refusal = new Refusal(
                ReasonCode.BUSY,
                "RabbitMQ cannot be reached since "
                        + topology.config().publish().hold() + "; the message may have been taken before");
        for (Outgoing one = again.peek(); one != null && one.sinceMillis < before; one = again.peek()) {
            again.poll();
            refuse(List.of(one), refusal);
        }
        for (Outgoing one = queue.peek(); one != null && one.sinceMillis < before; one = queue.peek()) {
            queue.poll();
            refuse(List.of(one), refusal);
        }
    }

    private boolean nothingLeft(@Nullable PublishChannels channels) {
        return channels == null || channels.isEmpty();
    }

    /** Waits for the confirms of what was written, within the limit; what has none then is refused. */
    void close(long limitMillis) {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(limitMillis);
            if (thread.isAlive()) {
                up = null;
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        takeBack();
        again.addAll(queue);
        queue.clear();
        refuse(
                List.copyOf(again),
                new Refusal(
                        ReasonCode.SHUTTING_DOWN,
                        "the transport closed before RabbitMQ confirmed the message, which may have been taken"));
    }
}
