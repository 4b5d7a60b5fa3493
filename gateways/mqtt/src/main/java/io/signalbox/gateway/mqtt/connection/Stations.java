package io.signalbox.gateway.mqtt.connection;

import io.netty.buffer.ByteBuf;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.deliver.Outbound;
import io.signalbox.gateway.mqtt.frame.Ending;
import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.publish.Inbound;
import io.signalbox.gateway.mqtt.subscribe.Subscriptions;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import org.jspecify.annotations.Nullable;

/**
 * Where the packets of an open connection go. Each station is built when the first packet comes to it: most clients
 * only publish, or only receive, or do neither for hours. Owned by the connection's loop. Hot path.
 */
final class Stations {
    private final Hall hall;
    private final Peer peer;
    private final Session session;
    private final Lane lane;
    private final FrameDecoder decoder;
    private final OutboundBatch out;
    private final Ending ending;
    private @Nullable Inbound inbound;
    private @Nullable Outbound outbound;
    private @Nullable Subscriptions subscriptions;

    Stations(Hall hall, Peer peer, Session session, Lane lane, FrameDecoder decoder, OutboundBatch out, Ending ending) {
        this.hall = hall;
        this.peer = peer;
        this.session = session;
        this.lane = lane;
        this.decoder = decoder;
        this.out = out;
        this.ending = ending;
    }

    Outbound outbound() {
        Outbound built = outbound;
        if (built == null) {
            built = new Outbound(peer, session, hall.time, hall.counters, out, lane);
            outbound = built;
        }
        return built;
    }

    private Inbound inbound() {
        Inbound built = inbound;
        if (built == null) {
            built = new Inbound(
                    hall.config,
                    peer,
                    session,
                    hall.authorizer,
                    hall.time,
                    hall.counters,
                    hall.unacknowledged,
                    lane,
                    decoder,
                    out,
                    ending);
            inbound = built;
        }
        return built;
    }

    private Subscriptions subscriptions() {
        Subscriptions built = subscriptions;
        if (built == null) {
            built = new Subscriptions(
                    hall.config, peer, session, hall.authorizer, hall.time, hall.counters, lane, out, decoder, ending);
            subscriptions = built;
        }
        return built;
    }

    /** The session's turn is over: what it delivered leaves. */
    void onTurnEnd() {
        if (outbound != null) {
            outbound.onTurnEnd();
        } else {
            out.flush();
        }
    }

    /** Any packet but CONNECT and DISCONNECT. */
    void dispatch(int header, ByteBuf in, int end) {
        switch (PacketType.of(header)) {
            case PacketType.PUBLISH -> inbound().onPublish(header, in, end);
            case PacketType.PUBACK -> outbound().onAcknowledged(in, end);
            case PacketType.PUBREC -> outbound().onReceived(in, end);
            case PacketType.PUBREL -> inbound().onRelease(in, end);
            case PacketType.PUBCOMP -> outbound().onCompleted(in, end);
            case PacketType.SUBSCRIBE -> subscriptions().onSubscribe(in, end);
            case PacketType.UNSUBSCRIBE -> subscriptions().onUnsubscribe(in, end);
            case PacketType.PINGREQ -> out.room(2).writeShort(PacketType.PINGRESP << 12);
            case PacketType.AUTH ->
                throw peer.five()
                        ? ProtocolException.violation("AUTH without an authentication in progress (MQTT 5, 4.12)")
                        : ProtocolException.malformed("packet type 15 is reserved in MQTT 3.1.1");
            default -> throw ProtocolException.violation("packet type " + PacketType.of(header));
        }
    }

    /** Late answers of the broker are not sent. */
    void close() {
        if (inbound != null) {
            inbound.close();
        }
        if (subscriptions != null) {
            subscriptions.close();
        }
    }
}
