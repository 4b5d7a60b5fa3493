package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.ShutdownSignalException;
import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Connector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes publishes, and writes those again that were unconfirmed when a connection was lost, in their order and before
 * all later ones, but for what the server did not take (basic.nack), which comes after a pause. Once one is refused for
 * want of an answer, so is all that was published before that. One thread owns the writing; everybody else only enqueues,
 * so that a slow socket blocks no event loop.
 */
final class Publisher implements Connector<PublishChannels> {
    /** So often a channel fails, or no confirm comes, before it is a publish's own fault. */
    private static final int FAILURES_MAX = 5;

    /** Tries of what the server does not take (basic.nack), each after twice the pause: 1.5 s in all. */
    private static final int NACKS_MAX = 5;

    private static final long NACK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Of refusing what is published while others are refused: who does so on hearing of it must not keep it going. */
    private static final int REFUSAL_ROUNDS_MAX = 8;

    private static final long CUT_MILLIS = 100;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Connections connections;
    private final Topology topology;
    private final Answers answers;
    private final TimeSource time;
    private final PublishLimits limits;
    private final Backlog backlog = new Backlog();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("rabbitmq-publisher").unstarted(this::run);
    private volatile boolean sleeping;
    private volatile @Nullable PublishChannels up;
    private volatile long awaySinceMillis;
    private volatile boolean closing;
    private volatile boolean cutOff;
    private volatile boolean ended;
    private @Nullable PublishChannels written;

    Publisher(Connections connections, Topology topology, Answers answers, TimeSource time) {
        this.connections = connections;
        this.topology = topology;
        this.answers = answers;
        this.time = time;
        limits = topology.config().publish();
        awaySinceMillis = time.millis();
    }

    void start() {
        thread.start();
    }

    /** The caller has entered the bound. Any thread. */
    void submit(Outgoing outgoing) {
        backlog.add(outgoing);
        if (sleeping) {
            LockSupport.unpark(thread);
        }
        if (ended) {
            refuseAll(); // nobody else looks any more
        }
    }

    /** The server has been away for as long as a publish may wait for it: a new one need not. */
    boolean isAwayForTooLong() {
        return up == null && time.millis() - awaySinceMillis >= limits.hold().toMillis();
    }

    /** Null, or why the server reads nothing that is published at present. */
    @Nullable
    String heldBack() {
        PublishChannels channels = up;
        return channels == null ? null : channels.heldBack();
    }

    // The connection, on its supervisor's thread

    @Override
    public PublishChannels connect(Lost lost) throws IOException, TimeoutException {
        Connections.Wire wire = connections.open("publish");
        try {
            wire.connection().addShutdownListener(lost::because);
            topology.declare(wire.connection());
            return new PublishChannels(wire, limits.messagesMax(), this, lost);
        } catch (IOException | TimeoutException | RuntimeException e) {
            wire.connection().abort(1_000);
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
        awaySinceMillis = time.millis();
        up = null;
    }

    @Override
    public void disconnect(PublishChannels channels) {
        channels.wire().connection().abort(1_000);
    }

    // Answers of the server, on the connection's reader

    void confirmed(List<Outgoing> all) {
        answers.confirmed(all);
    }

    /**
     * A queue failed, is full and nobody's business here, or is being deleted, while others may have taken it. A
     * deletion passes, so it is tried again; not what is to arrive at most once.
     */
    void notTaken(List<Outgoing> all) {
        for (Outgoing one : all) {
            one.returned = false;
            if (one.light || ++one.nacks >= NACKS_MAX) {
                answers.refuse(
                        one,
                        new Refusal(
                                ReasonCode.QUEUE_FULL,
                                "RabbitMQ did not take the message (basic.nack): a queue of somebody else's is full and"
                                        + " set to reject-publish, or failed"));
            } else {
                backlog.addLater(one, NACK_PAUSE_NANOS << (one.nacks - 1));
            }
        }
    }

    // The writing, on the publisher's own thread

    private void run() {
        while (!cutOff) {
            PublishChannels channels = up;
            if (channels != written) {
                takeBack();
                written = channels;
            }
            boolean reads = channels != null && channels.heldBack() == null;
            Outgoing next = reads ? backlog.next() : null;
            if (next != null && channels != null) {
                write(channels, next);
            } else if (closing && nothingLeft(channels)) {
                return;
            } else if (channels == null || !reads) {
                refuseTheOldest(channels);
                LockSupport.parkNanos(LOOK_NANOS);
            } else {
                sleep(channels);
            }
        }
    }

    private void sleep(PublishChannels channels) {
        lookAtTheOldest(channels);
        sleeping = true;
        if (!backlog.hasFresh()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        sleeping = false;
    }

    private void write(PublishChannels channels, Outgoing outgoing) {
        outgoing.writtenNanos = System.nanoTime();
        while (!channels.confirms(outgoing.light).add(outgoing)) {
            if (up != channels) {
                backlog.putBack(List.of(outgoing));
                return;
            }
            lookAtTheOldest(channels);
            LockSupport.parkNanos(LOOK_NANOS / 100); // the oldest confirm is a whole ring behind
        }
        try {
            channels.channel(outgoing.light)
                    .basicPublish(outgoing.exchange, outgoing.routingKey, true, outgoing.properties, outgoing.body);
        } catch (IOException | ShutdownSignalException e) {
            leave(channels, e); // it is among the unconfirmed, and written again on the next connection
        } catch (RuntimeException e) {
            // The client library has counted it and not sent it: the channel's tags are not the server's any more.
            if (channels.confirms(outgoing.light).takeNewest(outgoing)) {
                answers.refuse(
                        outgoing, new Refusal(ReasonCode.NOT_SUPPORTED, "RabbitMQ cannot carry the message: " + e));
            }
            leave(channels, e);
        }
    }

    private void leave(PublishChannels channels, Exception cause) {
        channels.lost().because(cause);
        while (up == channels) {
            LockSupport.parkNanos(LOOK_NANOS / 100);
        }
    }

    private void lookAtTheOldest(PublishChannels channels) {
        long nanos = channels.oldestNanos();
        if (nanos > limits.confirmWait().toNanos()) {
            leave(
                    channels,
                    new TimeoutException("no confirm of a publish for " + nanos / 1_000_000
                            + " ms; publishing what is unconfirmed again on a new connection"));
        }
    }

    /** A connection is gone: what it left unconfirmed is written before all else. */
    private void takeBack() {
        PublishChannels gone = written;
        if (gone == null) {
            return;
        }
        List<Outgoing> unconfirmed = new ArrayList<>();
        Refusal behind = null;
        for (Outgoing one : gone.takeUnconfirmed()) {
            Refusal refusal = behind == null || one.light ? whyNotAgain(gone, one) : behind;
            if (refusal == null) {
                one.returned = false;
                unconfirmed.add(one);
                continue;
            }
            answers.refuse(one, refusal);
            if (behind == null && !one.light && refusal.reason() == ReasonCode.BUSY) {
                behind = new Refusal(ReasonCode.BUSY, "refused with an earlier one: " + refusal.detail());
            }
        }
        backlog.putBack(unconfirmed);
        if (behind != null) {
            refuseQueued(behind);
        }
    }

    private @Nullable Refusal whyNotAgain(PublishChannels gone, Outgoing one) {
        if (closing) {
            return null; // all are refused in a moment
        }
        if (one.light) {
            return new Refusal(
                    ReasonCode.BUSY,
                    "the connection was lost before RabbitMQ confirmed the message, which may have been taken; what is"
                            + " to arrive at most once is not sent again");
        }
        boolean unanswered =
                System.nanoTime() - one.writtenNanos >= limits.confirmWait().toNanos();
        if (!gone.failedByItself() && !unanswered) {
            return null;
        }
        boolean old =
                unanswered && time.millis() - one.sinceMillis >= limits.hold().toMillis();
        if (!old && ++one.failures < FAILURES_MAX) {
            return null;
        }
        return unanswered
                ? new Refusal(
                        ReasonCode.BUSY,
                        "RabbitMQ did not confirm the message within " + limits.confirmWait()
                                + ", though it may have taken it: does it stand still, or is a queue of topic '"
                                + one.routingKey + "' without a leader?")
                : new Refusal(
                        ReasonCode.INTERNAL,
                        "RabbitMQ closed the channel " + FAILURES_MAX + " times while this message of "
                                + one.body.length + " bytes was under way; see the server's log");
    }

    private void refuseTheOldest(@Nullable PublishChannels channels) {
        if (backlog.hasOlderThan(time.millis() - limits.hold().toMillis())) {
            refuseQueued(new Refusal(
                    ReasonCode.BUSY,
                    channels == null
                            ? "RabbitMQ cannot be reached since " + limits.hold()
                                    + "; the message may have been taken before"
                            : "RabbitMQ reads nothing since " + limits.hold() + ": " + channels.heldBack()));
        }
    }

    /**
     * Nothing that was published before a refusal is taken after it: whoever publishes the refused ones again has them in
     * their order, behind nothing that came later.
     */
    private void refuseQueued(Refusal refusal) {
        List<Outgoing> queued = backlog.takeAll();
        for (int round = 1; !queued.isEmpty() && round <= REFUSAL_ROUNDS_MAX; round++) {
            queued.forEach(one -> answers.refuse(one, refusal));
            queued = backlog.takeAll();
        }
        backlog.putBack(queued);
    }

    private boolean nothingLeft(@Nullable PublishChannels channels) {
        return channels == null || (channels.isEmpty() && !backlog.hasLater());
    }

    /** Waits for the confirms of what was written, within the limit; what has none then is refused. */
    void close(long limitMillis) {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(limitMillis);
            cutOff = true;
            while (thread.isAlive()) { // also on a connection that has come up meanwhile
                PublishChannels channels = up;
                if (channels != null) {
                    channels.wire().cut(); // it may be writing to a server that does not read
                    channels.lost().because(new TimeoutException("closing with publishes unconfirmed"));
                }
                thread.join(CUT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        takeBack();
        ended = true;
        refuseAll();
    }

    private void refuseAll() {
        Refusal refusal = new Refusal(
                ReasonCode.SHUTTING_DOWN,
                "the transport closed before RabbitMQ confirmed the message, which may have been taken");
        List<Outgoing> left;
        synchronized (backlog) {
            left = backlog.takeAll();
        }
        left.forEach(one -> answers.refuse(one, refusal));
    }
}
