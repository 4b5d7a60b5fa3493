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

/** Where the packets of an open connection go. Owned by the connection's loop. Hot path. */
final class Stations {
    final Outbound outbound;
    private final Peer peer;
    private final OutboundBatch out;
    private final Inbound inbound;
    private final Subscriptions subscriptions;

    Stations(Hall hall, Peer peer, Session session, Lane lane, FrameDecoder decoder, OutboundBatch out, Ending ending) {
        this.peer = peer;
        this.out = out;
        inbound = new Inbound(
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
        outbound = new Outbound(peer, session, hall.time, hall.counters, out, lane);
        subscriptions = new Subscriptions(
                hall.config, peer, session, hall.authorizer, hall.time, hall.counters, lane, out, decoder, ending);
    }

    /** Any packet but CONNECT and DISCONNECT. */
    void dispatch(int header, ByteBuf in, int end) {
        switch (PacketType.of(header)) {
            case PacketType.PUBLISH -> inbound.onPublish(header, in, end);
            case PacketType.PUBACK -> outbound.onAcknowledged(in, end);
            case PacketType.PUBREC -> outbound.onReceived(in, end);
            case PacketType.PUBREL -> inbound.onRelease(in, end);
            case PacketType.PUBCOMP -> outbound.onCompleted(in, end);
            case PacketType.SUBSCRIBE -> subscriptions.onSubscribe(in, end);
            case PacketType.UNSUBSCRIBE -> subscriptions.onUnsubscribe(in, end);
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
        inbound.close();
        subscriptions.close();
    }
}
