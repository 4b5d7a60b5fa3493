package io.signalbox.transports.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.connection.Connector;
import io.signalbox.transports.connection.Supervisor;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.Mailbox;
import io.signalbox.transports.remote.wire.Codes;
import io.signalbox.transports.remote.wire.ConnectRequest;
import io.signalbox.transports.remote.wire.Delivery;
import io.signalbox.transports.remote.wire.QueueBounds;
import io.signalbox.transports.remote.wire.Receiver;
import io.signalbox.transports.remote.wire.WireClosedException;
import io.signalbox.transports.remote.wire.WireLink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A session's connection: its CONNECTs, what it brings, and what is asked over it. Asked in the session's strand, where it
 * may block; brings on the loop.
 */
final class SessionLine implements Connector<WireLink>, Receiver {
    private static final long LOOK_NANOS = 1_000_000;

    /** How long the server keeps a session that ends with its connection while that is cut. */
    private static final Duration TRANSIENT_EXPIRY = Duration.ofSeconds(60);

    private final RemoteTransport transport;
    private final SessionOptions options;
    private final Mailbox<Delivery> mailbox;
    private final LightRoom room;
    private final Outbox outbox;
    private final Supervisor<WireLink> supervisor;
    private final Subscribing subscribing;

    /** Another expiry than the session was opened with. */
    private volatile @Nullable Duration changed;

    private volatile boolean connectedOnce;
    private volatile boolean over;
    private volatile Farewell farewell = WireLink::abandon;
    private volatile @Nullable WireClosedException refused;

    SessionLine(RemoteTransport transport, SessionOptions options, Mailbox<Delivery> mailbox, LightRoom room) {
        this.transport = transport;
        this.options = options;
        this.mailbox = mailbox;
        this.room = room;
        outbox = transport.newOutbox();
        subscribing = new Subscribing(transport.config().waits().open());
        supervisor = transport.supervise("remote-session-" + options.name(), this);
    }

    Outbox outbox() {
        return outbox;
    }

    /**
     * Connects.
     *
     * @return whether the server had the session
     * @throws SignalboxException the server's reason, or BUSY if it cannot be reached in time
     */
    boolean open() {
        supervisor.start();
        return await().granted().sessionPresent();
    }

    /** The connection, or the failure that there is none in time. */
    private WireLink await() {
        long deadline = System.nanoTime() + transport.config().waits().open().toNanos();
        while (System.nanoTime() - deadline < 0 && !over) {
            WireLink link = supervisor.connection();
            if (link != null) {
                return link;
            }
            WireClosedException no = refused;
            if (no != null && !connectedOnce && no.reason() != ReasonCode.BUSY) {
                throw no;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new SignalboxException(
                ReasonCode.BUSY,
                "no connection to " + transport.config().place() + " for session '" + options.name() + "': "
                        + supervisor.health().detail());
    }

    List<@Nullable Refusal> subscribe(List<FilterSpec> specs) {
        return specs.isEmpty() ? List.of() : subscribing.subscribe(await(), specs);
    }

    List<Boolean> unsubscribe(List<Target> targets) {
        return subscribing.unsubscribe(await(), targets);
    }

    void expiry(Duration other) {
        changed = other;
    }

    /**
     * Leaves the session. Blocks until the server knows, or cannot be told.
     *
     * @param clean with a goodbye
     * @param publishMillis how long to wait for the answers to what was published
     */
    void leave(boolean clean, long publishMillis) {
        outbox.close(publishMillis);
        Duration last = changed == null && !options.durable() ? Duration.ZERO : changed;
        end(clean || last != null ? link -> link.disconnect(last) : WireLink::abandon);
    }

    /** @throws SignalboxException BUSY if the server cannot be told in time */
    void remove() {
        try {
            WireLink unused = await();
        } finally {
            outbox.close(0);
            end(link -> link.disconnect(Duration.ZERO));
        }
    }

    private void end(Farewell word) {
        farewell = word;
        over = true;
        supervisor.close();
    }

    /** The last word of a connection that is still there. */
    private interface Farewell {
        CompletionStage<Void> to(WireLink link);
    }

    // The supervisor's thread

    @Override
    public WireLink connect(Lost lost) throws Exception {
        if (over) {
            throw new IllegalStateException("session '" + options.name() + "' is left");
        }
        WireLink link;
        try {
            link = transport.wires().open(request(), this, lost);
        } catch (WireClosedException e) {
            refused = e;
            throw e;
        }
        if (connectedOnce && !link.granted().sessionPresent()) {
            restore(link);
        }
        connectedOnce = true;
        return link;
    }

    private void restore(WireLink link) {
        try {
            subscribing.again(link, options.name(), transport.config().place());
        } catch (RuntimeException e) {
            var unused = link.abandon();
            throw e;
        }
    }

    private ConnectRequest request() {
        QueueBounds bounds = options.overflow() == OverflowPolicy.SPILL
                ? null
                : new QueueBounds(
                        options.queueMessagesMax(),
                        options.queueBytesMax(),
                        options.overflow() == OverflowPolicy.DEAD_LETTER);
        Duration wanted = changed == null ? options.expiry() : changed;
        return new ConnectRequest(
                transport
                        .config()
                        .options(options.name(), wanted.isZero() ? TRANSIENT_EXPIRY : wanted, options.unsettledMax()),
                options.cleanStart() && !connectedOnce,
                bounds);
    }

    @Override
    public void up(WireLink link) {
        outbox.linkUp(link);
    }

    @Override
    public void down(WireLink link, Throwable cause) {
        outbox.linkDown();
        DetachReason reason = cause instanceof WireClosedException ended ? detached(ended.code()) : null;
        if (reason != null) {
            over = true;
            transport.sessions().ended(options.name(), this, reason);
        } else if (!over) { // else what is here is noted for the next owner
            mailbox.connectionLost();
            room.clear();
        }
    }

    /** Null for an end after which the session goes on. */
    private static @Nullable DetachReason detached(int code) {
        return switch (code) {
            case Codes.SESSION_TAKEN_OVER -> DetachReason.TAKEN_OVER;
            case Codes.ADMINISTRATIVE_ACTION -> DetachReason.REMOVED;
            case Codes.NOT_AUTHORIZED -> DetachReason.REVOKED;
            default -> null;
        };
    }

    /** Of a connection that is lost already, nothing comes of it. */
    @Override
    public void disconnect(WireLink link) {
        farewell.to(link).toCompletableFuture().join();
    }

    // The loop

    @Override
    public void arrived(Delivery delivery) {
        Message message = delivery.message();
        if (delivery.packetId() == 0 && !room.enter(message)) {
            return;
        }
        Match match = delivery.retainFlag() || delivery.subscriptionIds().length > 0
                ? new Match(message.guarantee(), delivery.retainFlag(), delivery.subscriptionIds())
                : Match.plain(message.guarantee());
        mailbox.arrived(new Arrival<>(
                delivery, message, match, Handed.of(delivery), delivery.again(), delivery.fromRetained()));
    }

    @Override
    public void writable() {
        outbox.writable();
    }
}
