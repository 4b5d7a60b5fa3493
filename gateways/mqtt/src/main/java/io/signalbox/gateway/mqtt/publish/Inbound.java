package io.signalbox.gateway.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.signalbox.access.Authorizer;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.frame.AckReader;
import io.signalbox.gateway.mqtt.frame.AckWriter;
import io.signalbox.gateway.mqtt.frame.Ending;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.ReasonCodes;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one client publishes, from the packet to its acknowledgement. Owned by the connection's loop.
 *
 * <p>Every publish that is answered later is counted, with its bytes, until the answer; beyond the bounds nothing more
 * is read from the client, so that neither a quick client nor a slow disk fills the memory.
 */
public final class Inbound implements AckInbox.Reader {
    private static final long PUBLISH_IDS =
            MessageFields.IDS | Property.set(Property.TOPIC_ALIAS, Property.SUBSCRIPTION_ID);

    /** Layout of the context given to the transport: packet id, payload bytes, then what is waited for. */
    private static final int BYTES_SHIFT = 16;

    private static final int KIND_SHIFT = 48;
    private static final int BYTES_MASK = 0x7FFF_FFFF;
    private static final int KIND_QOS1 = 1;
    private static final int KIND_QOS2 = 2;
    private static final int KIND_RELEASE = 3;

    private final Peer peer;
    private final Session session;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Counters<MqttCounter> counters;
    private final PublishCallback unacknowledged;
    private final OutboundBatch out;
    private final Ending ending;
    private final AckInbox inbox;
    private final AckOrder order = new AckOrder();
    private final InboundFlow flow;
    private final InboundTopics topics;

    /** PUBRELs that wait for the broker. */
    private int releasing;

    private boolean closed;

    /** @param unacknowledged hears of QoS 0; shared by all connections */
    public Inbound(
            MqttConfig config,
            Peer peer,
            Session session,
            Authorizer authorizer,
            TimeSource time,
            Counters<MqttCounter> counters,
            PublishCallback unacknowledged,
            java.util.concurrent.Executor loop,
            FrameDecoder decoder,
            OutboundBatch out,
            Ending ending) {
        this.peer = peer;
        this.session = session;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.unacknowledged = unacknowledged;
        this.out = out;
        this.ending = ending;
        this.inbox = new AckInbox(loop, this, peer.transport());
        this.flow = new InboundFlow(decoder, config.receiveMaximum(), config.outstandingBytesMax());
        this.topics = new InboundTopics(config.topicAliasMax());
    }

    /** PUBLISH (MQTT 5, 3.3). */
    public void onPublish(int header, ByteBuf in, int end) {
        int qos = header >> 1 & 3;
        int topicBytes = Fields.readShort(in, end);
        Fields.need(in, end, topicBytes);
        int topicAt = in.readerIndex();
        in.readerIndex(topicAt + topicBytes);
        int packetId = qos == 0 ? 0 : Fields.readPacketId(in, end);
        int alias = 0;
        MessageFields fields = null;
        if (peer.five()) {
            int propertiesEnd = Property.readEnd(in, end);
            long seen = 0;
            while (in.readerIndex() < propertiesEnd) {
                int id = Property.read(in, propertiesEnd, PUBLISH_IDS, seen);
                seen |= 1L << id;
                if (id == Property.TOPIC_ALIAS) {
                    alias = topics.readAlias(in, propertiesEnd);
                } else if (id == Property.SUBSCRIPTION_ID) {
                    throw ProtocolException.violation(
                            "PUBLISH from a client has a Subscription Identifier (MQTT 5, 3.3.4)");
                } else {
                    if (fields == null) {
                        fields = new MessageFields();
                    }
                    fields.read(id, in, propertiesEnd);
                }
            }
        }
        TopicCache.Entry topic = topics.get(in, topicAt, topicBytes, alias);
        if (qos > 0 && peer.five()) { // MQTT 3.1.1 knows no maximum, and is slowed down instead
            flow.checkReceiveMaximum(qos, packetId);
        }
        if (!topic.mayPublish(authorizer, peer.principal())) {
            counters.increment(MqttCounter.PUBLISH_NOT_AUTHORIZED);
            refuse(
                    qos,
                    packetId,
                    MqttReason.NOT_AUTHORIZED,
                    "publishing to this topic is not permitted",
                    ReasonCode.NOT_AUTHORIZED);
            return;
        }
        topics.keep(topic);
        int payloadBytes = end - in.readerIndex();
        Message.Builder message = Message.to(topic.topic)
                .guarantee(Guarantee.ofQos(qos))
                .retain((header & 1) != 0)
                .payload(Fields.readBytes(in, payloadBytes));
        if (fields != null && !describe(fields, message, qos, packetId)) {
            return;
        }
        if (qos == 0) {
            session.publish(message.build(), 0, unacknowledged, 0);
        } else {
            publishAcknowledged(message.build(), qos, packetId);
        }
    }

    private boolean describe(MessageFields fields, Message.Builder message, int qos, int packetId) {
        try {
            SignalboxProperties.apply(fields, message);
        } catch (SignalboxException e) {
            refuse(qos, packetId, MqttReason.IMPLEMENTATION_SPECIFIC, String.valueOf(e.getMessage()), e.reason());
            return false;
        }
        long ttlMillis = fields.ttlMillis();
        if (ttlMillis > 0) {
            message.ttlMillis(ttlMillis).timestampMillis(time.millis());
        }
        return true;
    }

    private void publishAcknowledged(Message message, int qos, int packetId) {
        int bytes = (int) Math.min(message.sizeBytes(), BYTES_MASK);
        int kind = qos == 1 ? KIND_QOS1 : KIND_QOS2;
        if (kind == KIND_QOS1) {
            flow.tookAtLeastOnce(bytes);
        } else {
            flow.tookExactlyOnce(bytes, packetId);
        }
        order.came(packetId);
        flow.slowDown(owed());
        session.publish(message, kind == KIND_QOS2 ? packetId : 0, inbox, context(kind, bytes, packetId));
    }

    /** PUBREL (MQTT 5, 3.6). */
    public void onRelease(ByteBuf in, int end) {
        int packetId = Fields.readPacketId(in, end);
        AckReader.readReason(in, end, peer.five(), PacketType.PUBREL);
        if (peer.five() && !session.resumed() && !flow.isUnreleased(packetId)) {
            AckWriter.write(
                    out,
                    PacketType.PUBCOMP,
                    packetId,
                    MqttReason.PACKET_IDENTIFIER_NOT_FOUND,
                    null,
                    peer.packetBytesMax());
            return;
        }
        releasing++;
        flow.slowDown(owed());
        session.forget(packetId, inbox, context(KIND_RELEASE, 0, packetId));
    }

    @Override
    public void onPublished(long context, Receipt.Outcome outcome, long receipt) {
        answered(context);
        if (closed) {
            return;
        }
        int packetId = (int) context & 0xFFFF;
        MqttReason reason = peer.five() && outcome == Receipt.Outcome.NO_SUBSCRIBERS
                ? MqttReason.NO_MATCHING_SUBSCRIBERS
                : MqttReason.SUCCESS;
        switch ((int) (context >>> KIND_SHIFT)) {
            case KIND_QOS1 -> acknowledgeInOrder(PacketType.PUBACK, packetId, reason, null, note(outcome, receipt));
            case KIND_QOS2 -> acknowledgeInOrder(PacketType.PUBREC, packetId, reason, null, note(outcome, receipt));
            default -> {
                flow.release(packetId);
                boolean unknown = outcome == Receipt.Outcome.DUPLICATE && peer.five();
                acknowledge(
                        PacketType.PUBCOMP,
                        packetId,
                        unknown ? MqttReason.PACKET_IDENTIFIER_NOT_FOUND : MqttReason.SUCCESS,
                        null,
                        null);
            }
        }
    }

    /** What another Signalbox hears of a publish beyond MQTT's reason code. */
    private static @Nullable String note(Receipt.Outcome outcome, long receipt) {
        if (receipt == AckInbox.NO_RECEIPT) {
            return null;
        }
        String text = AckInbox.durability(receipt).name().toLowerCase(Locale.ROOT) + ' ' + AckInbox.sequence(receipt);
        return outcome == Receipt.Outcome.DUPLICATE ? text + " duplicate" : text;
    }

    private void acknowledgeInOrder(
            int type, int packetId, MqttReason reason, @Nullable String detail, @Nullable String note) {
        if (!order.takeIfNext(packetId)) {
            order.keep(new AckOrder.Ack(type, packetId, reason, detail, note));
            return;
        }
        acknowledge(type, packetId, reason, detail, note);
        AckOrder.Ack kept;
        while ((kept = order.pollKept()) != null) {
            acknowledge(kept.type(), kept.packetId(), kept.reason(), kept.detail(), kept.note());
        }
    }

    private void acknowledge(
            int type, int packetId, MqttReason reason, @Nullable String detail, @Nullable String note) {
        if (note != null) {
            AckWriter.writeNoted(out, type, packetId, reason, detail, note, peer.packetBytesMax());
        } else if (reason == MqttReason.SUCCESS) {
            AckWriter.write(out, type, packetId);
        } else {
            AckWriter.write(out, type, packetId, reason, detail, peer.packetBytesMax());
        }
    }

    @Override
    public void onRefused(long context, Refusal refusal) {
        answered(context);
        if (closed) {
            return;
        }
        counters.increment(MqttCounter.PUBLISH_REFUSED);
        int packetId = (int) context & 0xFFFF;
        int kind = (int) (context >>> KIND_SHIFT);
        if (kind == KIND_RELEASE) {
            ending.end(ReasonCodes.toDisconnect(refusal.reason()), refusal.detail());
            return;
        }
        if (kind == KIND_QOS2) {
            flow.release(packetId);
        }
        if (!peer.five() && refusal.reason() != ReasonCode.NOT_AUTHORIZED) {
            // MQTT 3.1.1 has no negative acknowledgement: without one, the client tries again when it is back.
            ending.end(ReasonCodes.toDisconnect(refusal.reason()), refusal.detail());
            return;
        }
        AckOrder.Ack ack = refusal(
                kind == KIND_QOS1 ? 1 : 2,
                packetId,
                ReasonCodes.toPublishAck(refusal.reason()),
                refusal.detail(),
                refusal.reason());
        acknowledgeInOrder(ack.type(), packetId, ack.reason(), ack.detail(), ack.note());
    }

    @Override
    public void onDrained() {
        if (closed) {
            return;
        }
        flow.speedUp(owed());
        out.flush();
    }

    /** Late answers are not sent. */
    public void close() {
        closed = true;
    }

    /** Acknowledgements that the client waits for. */
    private int owed() {
        return order.size() + releasing;
    }

    /** Says no at once. */
    private void refuse(int qos, int packetId, MqttReason reason, String detail, ReasonCode because) {
        if (qos == 0) {
            counters.increment(MqttCounter.PUBLISH_DROPPED);
        } else {
            if (qos == 2 && (session.resumed() || flow.isUnreleased(packetId))) {
                // Sent again, taken before, and no longer permitted: the client gives the id to another message now.
                flow.release(packetId);
                session.forget(packetId, unacknowledged, 0);
            }
            AckOrder.Ack ack = refusal(qos, packetId, reason, detail, because);
            if (order.size() == 0) {
                acknowledge(ack.type(), packetId, ack.reason(), ack.detail(), ack.note());
            } else {
                order.cameKnown(ack);
                flow.slowDown(owed());
            }
        }
    }

    /**
     * In MQTT 3.1.1, what is not permitted is acknowledged and dropped (3.3.5 leaves that or closing; closing makes
     * clients try the same again for ever).
     */
    private AckOrder.Ack refusal(int qos, int packetId, MqttReason reason, String detail, ReasonCode because) {
        return new AckOrder.Ack(
                qos == 1 ? PacketType.PUBACK : PacketType.PUBREC,
                packetId,
                peer.five() ? reason : MqttReason.SUCCESS,
                peer.reasonStrings() ? detail : null,
                peer.transport() ? because.code() : null);
    }

    /** Undoes {@link #context}. */
    private void answered(long context) {
        long kind = context >>> KIND_SHIFT;
        if (kind == KIND_RELEASE) {
            releasing--;
        } else {
            flow.answered((int) (context >>> BYTES_SHIFT) & BYTES_MASK, kind == KIND_QOS1);
        }
    }

    private static long context(int kind, int payloadBytes, int packetId) {
        return (long) kind << KIND_SHIFT | (long) payloadBytes << BYTES_SHIFT | packetId;
    }
}
