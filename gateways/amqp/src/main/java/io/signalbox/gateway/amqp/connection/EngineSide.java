package io.signalbox.gateway.amqp.connection;

import io.netty.channel.Channel;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.FrameDecoder;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Performatives;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.frame.Vocabulary;
import io.signalbox.gateway.amqp.link.Answers;
import io.signalbox.gateway.amqp.link.Arriving;
import io.signalbox.gateway.amqp.link.Outstanding;
import io.signalbox.gateway.amqp.link.Peer;
import io.signalbox.gateway.amqp.link.Unsettled;
import io.signalbox.gateway.listener.RemoteAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.buffer.netty.Netty4ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** The part of a connection that begins when it is known who the client is. Owned by the connection's loop. */
final class EngineSide {
    private static final Symbol SOLE_CONNECTION = Symbol.valueOf("sole-connection-for-container");
    private static final Symbol ANONYMOUS_RELAY = Symbol.valueOf("ANONYMOUS-RELAY");
    private static final Symbol SHARED_SUBSCRIPTIONS = Symbol.valueOf("SHARED-SUBS");
    private static final Symbol ESTABLISHMENT_FAILED = Symbol.valueOf("amqp:connection-establishment-failed");
    private static final Symbol PRODUCT = Symbol.valueOf("product");
    private static final Symbol INVALID_FIELD = Symbol.valueOf("invalid-field");
    private static final Symbol CONTAINER_ID_FIELD = Symbol.valueOf("container-id");
    private static final String CONTAINER_ID = "signalbox";
    private static final int CONTAINER_CHARS_MAX = 1_024;

    /** 2.7.1: no peer takes less. */
    private static final int FRAME_BYTES_MIN = 512;

    private static final int DETACH_HANDLE = 0;

    private final AmqpConnection connection;
    private final Hall hall;
    private final Channel channel;
    private final FrameDecoder decoder;
    private final EngineOutput out;
    private final Heartbeat heartbeat;
    private final EncodedValues.Inspector words = Vocabulary.SHARED.forClient();
    private final Quiet quiet = new Quiet();
    private final Unsettled unsettled = new Unsettled();
    private final ClientWindows windows = new ClientWindows(0);
    private final Arriving arriving = new Arriving();
    private final Retained retained;
    private final EarlyDetaches early;
    private final ClientFlows flows;
    private final Engine engine = EngineFactory.PROTON.createNonSaslEngine();
    private @Nullable Endpoints endpoints;
    private boolean failed;
    private boolean closing;
    private boolean over;
    private String containerId = "";

    /** Written once, when the connection is open. */
    private volatile @Nullable ConnectionInfo info;

    EngineSide(AmqpConnection connection, Hall hall, Channel channel, FrameDecoder decoder, EngineOutput out) {
        this.connection = connection;
        this.hall = hall;
        this.channel = channel;
        this.decoder = decoder;
        this.out = out;
        this.retained = new Retained(hall.config.limits().linksMax(), quiet);
        this.early =
                new EarlyDetaches(retained, channel.eventLoop(), detach -> connection.guarded(() -> detach(detach)));
        this.flows = new ClientFlows(retained, windows);
        this.heartbeat = new Heartbeat(channel, out, decoder, hall.config.idleTimeoutMillis(), connection::onSilence);
    }

    @Nullable
    ConnectionInfo info() {
        return info;
    }

    String containerId() {
        return containerId;
    }

    void start(long header) {
        engine.configuration().setBufferAllocator(new Netty4ProtonBufferAllocator(channel.alloc()));
        engine.pipeline().addFirst("failure-condition", new FailureCondition(engine.connection()));
        AcceptedRanges accepted = new AcceptedRanges(channel.alloc(), out::write);
        channel.pipeline().addBefore(AmqpConnection.HANDLER, "gathering", new Gathering(accepted::write));
        engine.pipeline().addFirst("accepted", accepted);
        engine.pipeline().addFirst("quiet", quiet);
        engine.pipeline().addFirst("unsettled", unsettled);
        engine.pipeline().addFirst("windows", windows);
        engine.outputHandler(out).errorHandler(e -> onFailed());
        Connection mine = engine.start();
        mine.setContainerId(CONTAINER_ID);
        mine.setMaxFrameSize(hall.config.limits().frameBytesMax());
        mine.setChannelMax(hall.config.limits().sessionsMax() - 1);
        if (hall.config.idleTimeoutMillis() > 0) {
            mine.setIdleTimeout(hall.config.idleTimeoutMillis() / 2); // 2.4.5: half of what is tolerated
        }
        mine.setOfferedCapabilities(SOLE_CONNECTION, ANONYMOUS_RELAY, SHARED_SUBSCRIPTIONS);
        mine.openHandler(c -> connection.guarded(() -> onOpen(c)))
                .localCloseHandler(c -> connection.guarded(this::onClosedByEngine))
                .closeHandler(c -> connection.guarded(() -> onClose(c)));
        ingest(ByteBuffer.allocate(Long.BYTES).putLong(header).array());
    }

    void onFrame(byte[] frame) {
        Performative performative = Performatives.check(frame, words);
        if (performative == null) {
            return; // it says that the client is alive
        }
        if (performative.code() == Performative.DETACH && early.postpones(performative)) {
            return;
        }
        if (performative.code() == Performative.ATTACH) {
            early.beforeAttach(performative);
        }
        retained.before(performative);
        switch (performative.code()) {
            case Performative.TRANSFER -> {
                ingest(arriving.settlement(performative));
                ingest(arriving.begin(performative));
                ingest(arriving.end());
            }
            case Performative.DISPOSITION -> {
                if (!isOver() && !unsettled.onDisposition(performative)) {
                    ingest(frame);
                }
            }
            case Performative.FLOW -> {
                flows.before(performative);
                ingest(frame);
                if (endpoints != null) {
                    endpoints.onFlow();
                }
            }
            case Performative.DETACH -> {
                ingest(frame);
                arriving.forget(performative.channel(), performative.unsignedInt(DETACH_HANDLE));
            }
            case Performative.END -> {
                ingest(frame);
                early.ended();
                unsettled.ended(performative.channel());
                windows.ended(performative.channel());
                arriving.forget(performative.channel());
            }
            default -> ingest(frame);
        }
    }

    /** One that was postponed. */
    private void detach(byte[] frame) {
        Performative detach = Performatives.check(frame, words);
        if (detach != null) {
            retained.before(detach);
            ingest(frame);
            arriving.forget(detach.channel(), detach.unsignedInt(DETACH_HANDLE));
            channel.flush();
        }
    }

    private boolean answered(Link<?> link) {
        retained.done(link);
        return early.answered(link);
    }

    private boolean isOver() {
        return over || !engine.isWritable();
    }

    private void ingest(byte @Nullable [] bytes) {
        if (bytes == null || isOver()) {
            return;
        }
        try {
            engine.ingest(ProtonByteArrayBufferAllocator.wrapped(bytes));
        } catch (EngineStateException e) {
            onFailed(); // told already, if the engine knows
        }
    }

    /** The engine found the client break the protocol, and has told it so, if it could. */
    private void onFailed() {
        if (!failed) {
            failed = true;
            Throwable cause = engine.failureCause();
            connection.end(
                    cause instanceof Violation known ? known.condition() : Condition.DECODE_ERROR,
                    cause == null ? "the engine failed" : String.valueOf(cause.getMessage()));
        }
    }

    private void onOpen(Connection mine) {
        String container = mine.getRemoteContainerId();
        if (container == null || container.length() > CONTAINER_CHARS_MAX) {
            throw new Violation(
                    Condition.INVALID_FIELD,
                    "a container id has at most " + CONTAINER_CHARS_MAX + " characters, and there must be one");
        }
        if (mine.getRemoteMaxFrameSize() < FRAME_BYTES_MIN) {
            throw new Violation(
                    Condition.INVALID_FIELD,
                    "a max-frame-size of " + mine.getRemoteMaxFrameSize() + "; it must be at least " + FRAME_BYTES_MIN);
        }
        out.limit(mine.getRemoteMaxFrameSize());
        if (hall.closing()) {
            refuse(mine, Condition.CONNECTION_FORCED, "the server is shutting down");
            return;
        }
        Symbol[] desired = mine.getRemoteDesiredCapabilities();
        if (desired != null && Arrays.asList(desired).contains(SOLE_CONNECTION)) {
            if (!hall.claim(container, connection)) {
                refuseContainer(mine);
                return;
            }
        }
        containerId = container;
        connection.opened();
        Principal principal = new Principal(
                connection.principal().name(), container, connection.principal().anonymous());
        Peer peer = new Peer(
                hall.config,
                hall.transport,
                hall.authorizer,
                hall.time,
                hall.counters,
                hall.shared,
                principal,
                container,
                channel,
                new Outstanding(decoder, hall.config.limits().outstandingBytesMax()),
                arriving,
                unsettled,
                link -> quiet.settleAll(link, false),
                quiet::settle,
                this::answered,
                connection::onLinkFailure);
        Endpoints opened = new Endpoints(connection, peer, new Answers(channel.eventLoop(), channel::flush), retained);
        endpoints = opened;
        opened.watch(mine);
        mine.setProperties(Map.of(PRODUCT, "Signalbox"));
        mine.open();
        info = new ConnectionInfo(container, principal.name(), RemoteAddress.text(channel), hall.time.millis());
        hall.counters.increment(AmqpCounter.OPENS);
        hall.counters.increment(AmqpCounter.CONNECTED);
        heartbeat.start(mine.getRemoteIdleTimeout());
    }

    private void refuse(Connection mine, Condition condition, String detail) {
        mine.setProperties(Map.of(ESTABLISHMENT_FAILED, true));
        mine.open();
        connection.end(condition, detail);
    }

    /** JMS clients look for this to say that a client id is taken. */
    private void refuseContainer(Connection mine) {
        mine.setProperties(Map.of(ESTABLISHMENT_FAILED, true));
        mine.open();
        mine.setCondition(new ErrorCondition(
                Condition.INVALID_FIELD.symbol(),
                "another connection has this container id and wants to be the only one",
                Map.of(INVALID_FIELD, CONTAINER_ID_FIELD)));
        closing = true;
        mine.close();
        connection.closed();
    }

    private void onClose(Connection mine) {
        closing = true;
        mine.close();
        connection.closed();
    }

    /** By the engine itself, for a channel or handle beyond its bound, or by this side, which knows. */
    private void onClosedByEngine() {
        if (!closing) {
            connection.closedByEngine();
        }
    }

    void close(Condition condition, String detail) {
        closing = true;
        Connection mine = engine.connection();
        if (!engine.isRunning() || mine.isLocallyClosed()) {
            return;
        }
        try {
            if (!mine.isLocallyOpen()) {
                mine.setProperties(Map.of(ESTABLISHMENT_FAILED, true));
                mine.open();
            }
            mine.setCondition(condition.error(detail));
            mine.close();
        } catch (EngineStateException e) {
            // It could not be told; the socket closes all the same.
        }
    }

    void onRead() {
        heartbeat.onRead();
    }

    /** The transport has more than it may hand out, or no longer. */
    void held(boolean now) {
        if (endpoints != null) {
            endpoints.held(now);
        }
    }

    void writable(boolean now) {
        if (endpoints != null) {
            endpoints.writable(now);
        }
    }

    /** The engine is not shut down but let go: its own way to do that recurses until the stack is full. */
    void leave() {
        over = true;
        failed = true;
        closing = true;
        heartbeat.stop();
        if (endpoints != null) {
            endpoints.lost();
            hall.counters.add(AmqpCounter.CONNECTED, -1);
        }
    }
}
