package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.ShutdownSignalException;
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
 * holder dies. It is changed by sending the next version and then acknowledging the one before. It has a channel of its
 * own, so that acknowledging a run of deliveries never acknowledges the record.
 */
final class RecordCell {
    private static final Logger LOG = LoggerFactory.getLogger(RecordCell.class);
    private static final int CONFIRM_MILLIS = 15_000;
    private static final int VERSIONS_MAX = 16;

    private final String queue;
    private final Topology topology;
    private final Settling settling;
    private final Runnable lost;
    private @Nullable Channel channel;
    private @Nullable SessionRecord held;
    private long heldTag;
    private int arrivals;
    private boolean created;
    private boolean existed;

    /**
     * @param settling hears of the queue, if it was not there
     * @param lost is run when the record is lost while the connection stays, on a thread of the client library
     */
    RecordCell(Topology topology, String session, Settling settling, Runnable lost) {
        this.topology = topology;
        this.settling = settling;
        this.lost = lost;
        queue = topology.names().sessionRecord(session);
    }

    String queue() {
        return queue;
    }

    /** Was there a record before this one first asked? */
    boolean existed() {
        return existed;
    }

    synchronized boolean isHeld() {
        return held != null && channel != null && channel.isOpen();
    }

    /** How the present owner is told. */
    interface Announcement {
        void send(Channel channel) throws IOException;
    }

    /**
     * Takes the record, or writes the first one.
     *
     * @param announce told that somebody else has it
     * @return null if somebody else still has it after the wait
     */
    @Nullable
    SessionRecord acquire(Connection connection, SessionOptions options, Duration wait, Announcement announce)
            throws IOException {
        release();
        Optional<AMQP.Queue.DeclareOk> found = Probe.queue(connection, queue);
        int waiting = found.map(AMQP.Queue.DeclareOk::getMessageCount).orElse(0);
        boolean taken = found.map(ok -> ok.getConsumerCount() > 0).orElse(false);
        boolean there = waiting > 0 || taken;
        Channel own = connection.createChannel();
        if (own == null) {
            throw new IOException("the connection has no channel left");
        }
        synchronized (this) {
            channel = own;
            arrivals = 0;
        }
        own.addShutdownListener(cause -> ended(own, cause));
        own.confirmSelect();
        if (!there) {
            created = true;
            if (found.isEmpty()) {
                own.queueDeclare(queue, true, false, false, topology.record(options));
                settling.declaredDurable(topology, queue);
            }
            send(own, new SessionRecord(1, options.expiry().getSeconds(), 0, List.of()));
        } else if (taken) {
            announce.send(own);
        }
        existed = there && !created;
        own.basicQos(VERSIONS_MAX);
        own.basicConsume(queue, false, (tag, delivery) -> arrived(own, delivery), tag -> deleted(own));
        return await(wait, Math.max(1, waiting));
    }

    private synchronized void arrived(Channel on, Delivery delivery) throws IOException {
        if (on != channel) {
            return;
        }
        long tag = delivery.getEnvelope().getDeliveryTag();
        SessionRecord record;
        try {
            record = SessionRecord.of(delivery.getProperties());
        } catch (IllegalArgumentException e) {
            LOG.error("{} holds something that is no record, which is taken out: {}", queue, e.getMessage());
            on.basicAck(tag, false);
            return;
        }
        SessionRecord before = held;
        if (before == null || record.version() >= before.version()) {
            if (before != null) {
                on.basicAck(heldTag, false);
            }
            held = record;
            heldTag = tag;
        } else {
            on.basicAck(tag, false);
        }
        arrivals++;
        notifyAll();
    }

    /** The queue was deleted on the server, and with it the record. */
    private void deleted(Channel on) {
        if (forget(on)) {
            lost.run();
        }
    }

    private void ended(Channel on, ShutdownSignalException cause) {
        if (forget(on) && !cause.isHardError() && !cause.isInitiatedByApplication()) {
            LOG.warn("the server closed the channel that held {}: {}", queue, cause.getMessage());
            lost.run();
        }
    }

    private synchronized boolean forget(Channel on) {
        if (on != channel || held == null) {
            return false;
        }
        held = null;
        return true;
    }

    private synchronized @Nullable SessionRecord await(Duration wait, int count) throws IOException {
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

    /** @throws IOException if it is not held here any more */
    synchronized SessionRecord record() throws IOException {
        SessionRecord record = held;
        if (record == null) {
            throw new IOException("nobody here holds " + queue);
        }
        return record;
    }

    /**
     * Returns when the server has it on disk.
     *
     * @throws IOException also if it is not held here any more
     */
    void update(SessionRecord next) throws IOException {
        Channel on;
        synchronized (this) {
            on = channel;
        }
        if (on == null || !isHeld()) {
            throw new IOException("nobody here holds " + queue);
        }
        send(on, next);
    }

    private void send(Channel on, SessionRecord record) throws IOException {
        on.basicPublish("", queue, record.properties(), new byte[0]);
        try {
            on.waitForConfirmsOrDie(CONFIRM_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + queue, e);
        } catch (TimeoutException e) {
            throw new IOException("no confirm for " + queue + " within " + CONFIRM_MILLIS + " ms", e);
        }
    }

    /** Lets others have it, as it was written last. */
    void release() {
        Channel own;
        synchronized (this) {
            own = channel;
            channel = null;
            held = null;
        }
        if (own != null && own.isOpen()) {
            try {
                own.close();
            } catch (IOException | ShutdownSignalException | TimeoutException e) {
                LOG.debug("letting go of {} on a channel that is gone", queue, e);
            }
        }
    }
}
