package io.signalbox.gateway.mqtt.deliver;

import io.netty.buffer.ByteBuf;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.frame.AckReader;
import io.signalbox.gateway.mqtt.frame.AckWriter;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import java.util.BitSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What one client receives, from the session to the last acknowledgement. Owned by the connection's loop. The session
 * bounds how much is under way; its delivery ids are the packet ids.
 */
public final class Outbound {
    private static final int FAILURE_CODE_MIN = 0x80;

    private final Peer peer;
    private final Session session;
    private final Counters<MqttCounter> counters;
    private final OutboundBatch out;
    private final Executor loop;
    private final PublishWriter writer;

    /** Ids of exactly once deliveries: they end with PUBCOMP, the others with PUBACK. */
    private @Nullable BitSet exactlyOnce;

    /** Those of them whose PUBREL was sent. */
    private @Nullable BitSet released;

    /** Counted here first: the counters are shared by all connections. */
    private int turnPackets;

    private long turnBytes;

    public Outbound(
            Peer peer,
            Session session,
            TimeSource time,
            Counters<MqttCounter> counters,
            OutboundBatch out,
            Executor loop) {
        this.peer = peer;
        this.session = session;
        this.counters = counters;
        this.out = out;
        this.loop = loop;
        this.writer = new PublishWriter(peer, out, time);
    }

    /** As {@link io.signalbox.transport.Subscriber#onDelivery}. */
    public void onDelivery(
            int deliveryId, long sequence, Message message, Match match, boolean redelivered, boolean fromRetained) {
        int qos = deliveryId == 0
                ? 0
                : message.guarantee().atMost(match.guarantee()).qos();
        boolean retain = fromRetained || (match.retainAsPublished() && message.retain());
        int bytes = writer.write(
                PublishWriter.header(qos, redelivered, retain),
                deliveryId,
                sequence,
                message,
                match.subscriptionIds(),
                fromRetained);
        if (bytes == PublishWriter.TOO_LARGE) {
            counters.increment(MqttCounter.DELIVERY_TOO_LARGE);
            settleLater(
                    deliveryId,
                    new Settlement.Rejected(
                            "packet too large for the client, whose Maximum Packet Size is " + peer.packetBytesMax()));
            return;
        }
        if (qos == 2) {
            exactlyOnce(deliveryId);
        }
        turnPackets++;
        turnBytes += bytes;
    }

    /** As {@link io.signalbox.transport.Subscriber#onTurnEnd}. */
    public void onTurnEnd() {
        if (turnPackets > 0) {
            counters.add(MqttCounter.PUBLISH_OUT, turnPackets);
            counters.add(MqttCounter.BYTES_OUT, turnBytes);
            turnPackets = 0;
            turnBytes = 0;
        }
        out.flush();
    }

    /** As {@link io.signalbox.transport.Subscriber#onReleased}. */
    public void onReleased(int deliveryId) {
        exactlyOnce(deliveryId);
        if (released == null) {
            released = new BitSet();
        }
        released.set(deliveryId);
        AckWriter.write(out, PacketType.PUBREL, deliveryId);
    }

    /** PUBACK (MQTT 5, 3.4). */
    public void onAcknowledged(ByteBuf in, int end) {
        int id = Fields.readPacketId(in, end);
        int reason = AckReader.readReason(in, end, peer.five(), PacketType.PUBACK);
        if (isExactlyOnce(id)) {
            throw ProtocolException.violation(
                    "PUBACK for packet identifier " + id + ", which was sent with QoS 2 (MQTT 5, 4.3.3)");
        }
        session.settle(id, settlement(reason));
    }

    /** PUBREC (MQTT 5, 3.5). */
    public void onReceived(ByteBuf in, int end) {
        int id = Fields.readPacketId(in, end);
        int reason = AckReader.readReason(in, end, peer.five(), PacketType.PUBREC);
        boolean known = isExactlyOnce(id);
        if (reason >= FAILURE_CODE_MIN) {
            // The end of it: no PUBREL follows (MQTT 5, 4.3.3). What was received before cannot fail any more.
            if (known && !isReleased(id)) {
                exactlyOnceEnds(id);
                session.settle(id, settlement(reason));
            }
        } else if (known) {
            session.received(id);
        } else {
            AckWriter.write(
                    out,
                    PacketType.PUBREL,
                    id,
                    peer.five() ? MqttReason.PACKET_IDENTIFIER_NOT_FOUND : MqttReason.SUCCESS,
                    null,
                    peer.packetBytesMax());
        }
    }

    /** PUBCOMP (MQTT 5, 3.7). */
    public void onCompleted(ByteBuf in, int end) {
        int id = Fields.readPacketId(in, end);
        AckReader.readReason(in, end, peer.five(), PacketType.PUBCOMP);
        if (!isExactlyOnce(id)) {
            return; // the answer to a PUBREL for an id that was not known here
        }
        if (!isReleased(id)) {
            throw ProtocolException.violation(
                    "PUBCOMP for packet identifier " + id + ", which was not released (MQTT 5, 4.3.3)");
        }
        exactlyOnceEnds(id);
        session.settle(id, Settlement.ACCEPTED);
    }

    private static Settlement settlement(int reason) {
        return reason < FAILURE_CODE_MIN
                ? Settlement.ACCEPTED
                : new Settlement.Rejected("the client answered with reason code 0x" + Integer.toHexString(reason));
    }

    private void exactlyOnce(int id) {
        if (exactlyOnce == null) {
            exactlyOnce = new BitSet();
        }
        exactlyOnce.set(id);
    }

    private boolean isExactlyOnce(int id) {
        return exactlyOnce != null && exactlyOnce.get(id);
    }

    private boolean isReleased(int id) {
        return released != null && released.get(id);
    }

    private void exactlyOnceEnds(int id) {
        if (exactlyOnce != null) {
            exactlyOnce.clear(id);
        }
        if (released != null) {
            released.clear(id);
        }
    }

    /** Not at once: the session is in the middle of handing it over. */
    private void settleLater(int deliveryId, Settlement settlement) {
        if (deliveryId != 0) {
            loop.execute(() -> session.settle(deliveryId, settlement));
        }
    }
}
