package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of one durable session, in a queue with one message. Whoever holds that message unacknowledged has the
 * session, on any instance: the queue has one active consumer, so the message is a lock that the server frees when its
 * holder dies. It is changed by sending the next version and then acknowledging the one before.
 */
final class RecordCell {
    private static final Logger LOG = LoggerFactory.getLogger(RecordCell.class);
    private static final int CONFIRM_MILLIS = 15_000;
    private static final int VERSIONS_MAX = 16;

    private final String queue;
    private final Topology topology;
    private @Nullable SessionRecord held;
    private long heldTag;
    private boolean existed;

    RecordCell(Topology topology, String session) {
        this.topology = topology;
        queue = topology.names().sessionRecord(session);
    }

    String queue() {
        return queue;
    }

    /** Was there a record before this instance first asked? */
    boolean existed() {
        return existed;
    }

    /**
     * Takes the record, or writes the first one.
     *
     * @param announce told that somebody else has it
     * @return null if somebody else still has it after the wait
     */
    @Nullable
    SessionRecord acquire(
            Connection connection, Channel channel, SessionOptions options, Duration wait, Announcement announce)
            throws IOException {
        synchronized (this) {
            held = null;
            heldTag = 0;
        }
        Optional<AMQP.Queue.DeclareOk> found = Probe.queue(connection, queue);
        int waiting = found.map(AMQP.Queue.DeclareOk::getMessageCount).orElse(0);
        boolean taken = found.map(ok -> ok.getConsumerCount() > 0).orElse(false);
        existed = waiting > 0 || taken;
        channel.confirmSelect();
        if (!existed) {
            if (found.isEmpty()) {
                channel.queueDeclare(queue, true, false, false, topology.record(options));
            }
            send(channel, new SessionRecord(1, options.expiry().getSeconds(), 0, List.of()));
        } else if (taken) {
            announce.send(channel);
        }
        channel.basicQos(VERSIONS_MAX);
        channel.basicConsume(queue, false, (tag, delivery) -> arrived(channel, delivery), tag -> {});
        return await(wait, Math.max(1, waiting));
    }

    /** How the present owner is told. */
    interface Announcement {
        void send(Channel channel) throws IOException;
    }

    private int arrivals;

    private synchronized void arrived(Channel channel, Delivery delivery) throws IOException {
        long tag = delivery.getEnvelope().getDeliveryTag();
        SessionRecord record;
        try {
            record = SessionRecord.of(delivery.getProperties());
        } catch (IllegalArgumentException e) {
            LOG.error("{} holds something that is no record, which is taken out: {}", queue, e.getMessage());
            channel.basicAck(tag, false);
            return;
        }
        SessionRecord before = held;
        if (before == null || record.version() >= before.version()) {
            if (before != null) {
                channel.basicAck(heldTag, false);
            }
            held = record;
            heldTag = tag;
        } else {
            channel.basicAck(tag, false);
        }
        arrivals++;
        notifyAll();
    }

    private synchronized @Nullable SessionRecord await(Duration wait, int count) throws IOException {
        arrivals = held == null ? 0 : 1;
        long deadline = System.nanoTime() + wait.toNanos();
        try {
            while (arrivals < count) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return held;
                }
                wait(millis);
            }
            return held;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + queue, e);
        }
    }

    synchronized SessionRecord record() {
        SessionRecord record = held;
        if (record == null) {
            throw new IllegalStateException("nobody here holds " + queue);
        }
        return record;
    }

    /** Returns when the server has it on disk. */
    void update(Channel channel, SessionRecord next) throws IOException {
        send(channel, next);
    }

    private void send(Channel channel, SessionRecord record) throws IOException {
        channel.basicPublish("", queue, record.properties(), new byte[0]);
        try {
            channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + queue, e);
        } catch (TimeoutException e) {
            throw new IOException("no confirm for " + queue + " within " + CONFIRM_MILLIS + " ms", e);
        }
    }
}
