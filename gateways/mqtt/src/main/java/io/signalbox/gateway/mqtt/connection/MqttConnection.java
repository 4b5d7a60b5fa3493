package io.signalbox.gateway.mqtt.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.signalbox.gateway.listener.EventLoopLane;
import io.signalbox.gateway.listener.RemoteAddress;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.connect.ConnackWriter;
import io.signalbox.gateway.mqtt.connect.ConnectRefused;
import io.signalbox.gateway.mqtt.connect.DisconnectPacket;
import io.signalbox.gateway.mqtt.frame.AckWriter;
import io.signalbox.gateway.mqtt.frame.Ending;
import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketSink;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.RetryAfter;
import io.signalbox.transport.Session;
import io.signalbox.transport.Subscriber.DetachReason;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, from accept to close: waits for CONNECT, opens the session, then hands each packet to its
 * station. All of it runs on the channel's event loop; {@link #endFromOutside} and {@link #info} on any thread.
 */
public final class MqttConnection implements PacketSink, Ending {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    private enum State {
        GREETING,
        OPENING,
        OPEN,
        ENDED
    }

    private final Hall hall;
    private final Channel channel;
    private final EventLoopLane lane;
    private final OutboundBatch out;
    private final FrameDecoder decoder;

    private final Congestion congestion;
    private final ReadTally tally = new ReadTally();
    final FromSession fromSession = new FromSession(this);

    private State state = State.GREETING;
    private boolean entered;
    private @Nullable Future<?> greetingTimer;
    private @Nullable Opening opening;

    /** Written once, when all else of an open connection is in place. */
    private volatile @Nullable Peer peer;

    /** Registered under the same client id before, and not gone yet. The hall's. */
    @Nullable
    MqttConnection behind;

    private @Nullable LastWill lastWill;
    private long sessionExpirySeconds;
    private @Nullable Session session;
    private boolean detached;
    private boolean expiryWasZero;
    private @Nullable KeepAlive keepAlive;
    private @Nullable Stations stations;

    private MqttConnection(Hall hall, Channel channel) {
        this.hall = hall;
        this.channel = channel;
        this.lane = new EventLoopLane(channel.eventLoop());
        this.out = new OutboundBatch(channel);
        this.decoder = new FrameDecoder(this, hall.config.connectBytesMax());
        this.congestion = new Congestion(channel, decoder, lane);
    }

    /** Makes the channel speak MQTT. Call it on the channel's loop. */
    public static MqttConnection install(Hall hall, Channel channel, int greetingTimeoutMillis) {
        MqttConnection connection = new MqttConnection(hall, channel);
        channel.pipeline().addLast("mqtt", connection.decoder);
        connection.greetingTimer = channel.eventLoop()
                .schedule(connection::onGreetingTimeout, greetingTimeoutMillis, TimeUnit.MILLISECONDS);
        hall.entered(connection);
        connection.entered = true;
        return connection;
    }

    /** Null until its CONNECT was accepted. Any thread. */
    public @Nullable ConnectionInfo info() {
        Peer who = peer;
        return who == null ? null : ConnectionInfo.of(who, channel);
    }

    /** Null until its CONNECT was accepted. Any thread. */
    @Nullable
    Peer peer() {
        return peer;
    }

    public boolean ended() {
        return !channel.isOpen();
    }

    /** Null until its CONNECT was accepted. Any thread. */
    @Nullable
    LastWill lastWill() {
        return lastWill;
    }

    /** The client is told, and its will is published. */
    public void endFromOutside(MqttReason reason, String detail) {
        lane.execute(() -> end(reason, detail));
    }

    @Override
    public void onPacket(int header, ByteBuf in, int end) {
        tally.packet();
        try {
            switch (state) {
                case OPEN -> onOpenPacket(header, in, end);
                case GREETING -> onConnect(in, end);
                case OPENING, ENDED -> {}
            }
        } catch (ProtocolException e) {
            throw e;
        } catch (RuntimeException e) {
            onFault(e);
        }
    }

    private void onOpenPacket(int header, ByteBuf in, int end) {
        switch (PacketType.of(header)) {
            case PacketType.DISCONNECT -> onDisconnect(in, end);
            case PacketType.PUBLISH -> {
                tally.publish();
                present(stations).dispatch(header, in, end);
            }
            default -> present(stations).dispatch(header, in, end);
        }
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("a packet before the session is open");
        }
        return part;
    }

    private void onConnect(ByteBuf in, int end) {
        state = State.OPENING;
        cancelGreetingTimer();
        decoder.pause();
        Opening next = new Opening(this, hall, lane);
        opening = next;
        next.begin(in, end, RemoteAddress.network(channel.remoteAddress()));
    }

    boolean isOpening() {
        return state == State.OPENING;
    }

    /** The session went to somebody else while it was opened for this one. */
    boolean wasDetached() {
        return detached;
    }

    void onOpened(Handshake shake, Peer who, Session opened) {
        state = State.OPEN;
        opening = null;
        session = opened;
        sessionExpirySeconds = shake.sessionExpirySeconds;
        expiryWasZero = shake.requestedExpiry() == 0;
        lastWill = new LastWill(hall, who, shake.packet.will(), opened.resumed());
        stations = new Stations(hall, who, opened, lane, decoder, out, this);
        fromSession.opened(stations);
        peer = who;
        hall.register(who.clientId(), this);
        hall.wills.returned(who.clientId(), opened.resumed());
        hall.counters.increment(MqttCounter.CONNECTS);
        hall.counters.increment(MqttCounter.CONNECTED);
        keepAlive = new KeepAlive(channel.eventLoop(), shake.keepAliveSeconds, this);
        keepAlive.start();
        ConnackWriter.Accepted accepted = shake.accepted(opened, hall.transport.capabilities());
        if (!ConnackWriter.writeAccepted(out, shake.packet.version(), accepted, who.packetBytesMax())) {
            // Nothing may be sent before a CONNACK, and that the client could not take.
            hall.counters.increment(MqttCounter.ENDED_PACKET_TOO_LARGE);
            leave(false);
            channel.close();
            return;
        }
        out.flush();
        if (!channel.isWritable()) {
            opened.writable(false);
            congestion.onWritability();
        }
        decoder.connected(hall.config.packetBytesMax());
        decoder.resume();
    }

    void onRefused(ConnectRefused refusal) {
        hall.counters.increment(MqttCounter.CONNECTS_REFUSED);
        LOG.debug("CONNECT from {} refused: {} {}", RemoteAddress.text(channel), refusal.reason(), refusal.detail());
        present(opening).writeRefusal(out, refusal);
        hall.counters.increment(MqttCounter.ofEnd(refusal.reason()));
        leave(false);
        Closing.afterFlush(channel, out);
    }

    private void onDisconnect(ByteBuf in, int end) {
        DisconnectPacket packet = DisconnectPacket.read(in, end, present(peer).five());
        Long expiry = packet.sessionExpirySeconds();
        if (expiry != null) {
            if (expiry != 0 && expiryWasZero) {
                throw ProtocolException.violation(
                        "DISCONNECT sets a Session Expiry Interval, which was 0 in CONNECT (MQTT 5, 3.14.2.2.2)");
            }
            sessionExpirySeconds = Math.min(expiry, hall.config.sessionExpiryMaxSeconds());
            present(session).expiry(Handshake.expiry(sessionExpirySeconds));
        }
        if (packet.normal()) {
            present(lastWill).revoke();
        }
        leave(true);
        out.flush();
        channel.close();
    }

    @Override
    public void onViolation(ProtocolException violation) {
        LOG.debug("{}: {}", RemoteAddress.text(channel), violation.detail());
        end(violation.reason(), violation.detail(), RetryAfter.NONE);
    }

    @Override
    public void onBytes(int count) {
        tally.bytes(count);
        if (keepAlive != null) {
            keepAlive.onRead();
        }
    }

    @Override
    public void onReadEnd() {
        tally.tell(hall.counters);
        if (state == State.OPEN) {
            out.flush();
        }
    }

    @Override
    public boolean onBuffered(int bytesMore) {
        // What comes behind a CONNECT that is looked at is charged, too, but no reason to end it.
        return hall.chargeStrangers(bytesMore) || state != State.GREETING;
    }

    void onDetached(DetachReason reason) {
        detached = true;
        session = null;
        switch (reason) {
            case TAKEN_OVER -> end(MqttReason.SESSION_TAKEN_OVER, "another connection has the same client identifier");
            case REMOVED -> {
                sessionExpirySeconds = 0;
                end(MqttReason.ADMINISTRATIVE_ACTION, "an operator ended the session");
            }
            case REVOKED -> end(MqttReason.NOT_AUTHORIZED, "the right to be here was taken back");
            case SHUTTING_DOWN -> end(MqttReason.SERVER_SHUTTING_DOWN, "the server is shutting down");
        }
    }

    /** What more it has to say waits in its socket. */
    void onPublishingHeld(boolean held) {
        if (held) {
            decoder.pause();
        } else {
            if (keepAlive != null) {
                keepAlive.onRead();
            }
            decoder.resume();
        }
    }

    @Override
    public void onWritability() {
        if (session != null) {
            session.writable(channel.isWritable());
        }
        if (state == State.OPEN && congestion.onWritability() && keepAlive != null) {
            keepAlive.onRead();
        }
    }

    @Override
    public void onGone() {
        leave(false);
        out.close();
    }

    @Override
    public void onFailure(Throwable cause) {
        if (cause instanceof IOException || cause instanceof io.netty.handler.codec.DecoderException) {
            LOG.debug("{}: {}", RemoteAddress.text(channel), cause.toString());
            leave(false);
            channel.close();
        } else {
            onFault(cause);
        }
    }

    void onFault(Throwable fault) {
        hall.counters.increment(MqttCounter.INTERNAL_ERRORS);
        LOG.warn("A fault of the gateway ends the connection of {}", RemoteAddress.text(channel), fault);
        end(MqttReason.UNSPECIFIED, "a fault of the server; see its log");
    }

    void onSilence() {
        // If nobody listens, it is the server; and what a slow reader says is not read before it has caught up.
        if (keepAlive != null && (congestion.isCongested() ? congestion.readSome() : decoder.paused())) {
            keepAlive.onRead();
            keepAlive.start();
            return;
        }
        end(MqttReason.KEEP_ALIVE_TIMEOUT, "nothing was heard for one and a half times the keep alive");
    }

    private void onGreetingTimeout() {
        if (state == State.GREETING) {
            hall.counters.increment(MqttCounter.ENDED_CONNECT_TIMEOUT);
            leave(false);
            channel.close();
        }
    }

    @Override
    public void end(MqttReason reason, String detail) {
        end(reason, detail, hall.retryAfter);
    }

    private void end(MqttReason reason, String detail, RetryAfter retryAfter) {
        if (state == State.ENDED) {
            return;
        }
        hall.counters.increment(MqttCounter.ofEnd(reason));
        Peer who = peer;
        boolean tell = state == State.OPEN && who != null && who.five();
        leave(false);
        if (tell && who != null) {
            AckWriter.writeDisconnect(
                    out, reason, who.reasonStrings() ? detail : null, who.packetBytesMax(), retryAfter);
            Closing.afterFlush(channel, out);
        } else {
            out.flush();
            channel.close();
        }
    }

    /** Undoes what the connection holds elsewhere; the channel itself is the caller's matter. */
    private void leave(boolean clean) {
        if (state == State.ENDED) {
            return;
        }
        boolean wasOpen = state == State.OPEN;
        if (state == State.OPENING && opening != null) {
            opening.abandon();
        }
        state = State.ENDED;
        fromSession.ended();
        decoder.end();
        cancelGreetingTimer();
        if (entered) {
            hall.left(this);
        }
        if (!wasOpen) {
            return;
        }
        hall.counters.add(MqttCounter.CONNECTED, -1);
        present(stations).close();
        if (keepAlive != null) {
            keepAlive.stop();
        }
        Session mine = session;
        session = null;
        Peer who = present(peer);
        present(lastWill).publish(sessionExpirySeconds, channel.eventLoop());
        if (mine != null) {
            mine.detach(clean);
        }
        hall.unregister(who.clientId(), this);
    }

    private void cancelGreetingTimer() {
        if (greetingTimer != null) {
            greetingTimer.cancel(false);
            greetingTimer = null;
        }
    }
}
