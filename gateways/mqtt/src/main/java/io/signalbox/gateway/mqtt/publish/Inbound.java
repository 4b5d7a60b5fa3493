package io.signalbox.gateway.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.signalbox.access.Authorizer;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
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
import java.util.BitSet;
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

    private final MqttConfig config;
    private final Peer peer;
    private final Session session;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Counters<MqttCounter> counters;
    private final PublishCallback unacknowledged;
    private final FrameDecoder decoder;
    private final OutboundBatch out;
    private final Ending ending;
    private final AckInbox inbox;
    private final AckOrder order = new AckOrder();
    private final TopicCache topics = new TopicCache();

    /** By alias; bound to as many as the client has used. */
    private static final TopicCache.@Nullable Entry[] NO_ALIASES = {};

    private TopicCache.@Nullable Entry[] aliases = NO_ALIASES;

    /** Exactly once publishes that were taken, and not yet released; for the receive maximum (MQTT 5, 4.9). */
    private @Nullable BitSet unreleased;

    private int unreleasedCount;
    private int unacknowledgedCount;
    private int waiting;
    private long waitingBytes;
    private boolean reading = true;
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
        this.config = config;
        this.peer = peer;
        this.session = session;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.unacknowledged = unacknowledged;
        this.decoder = decoder;
        this.out = out;
        this.ending = ending;
        this.inbox = new AckInbox(loop, this);
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
                    alias = readAlias(in, propertiesEnd);
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
        TopicCache.Entry topic = topic(in, topicAt, topicBytes, alias);
        if (qos > 0) {
            checkReceiveMaximum(qos, packetId);
        }
        if (!topic.mayPublish(authorizer, peer.principal())) {
            counters.increment(MqttCounter.PUBLISH_NOT_AUTHORIZED);
            refuse(qos, packetId, MqttReason.NOT_AUTHORIZED, "publishing to this topic is not permitted");
            return;
        }
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
            refuse(qos, packetId, MqttReason.IMPLEMENTATION_SPECIFIC, String.valueOf(e.getMessage()));
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
            unacknowledgedCount++;
        } else {
            if (unreleased == null) {
                unreleased = new BitSet();
            }
            if (!unreleased.get(packetId)) {
                unreleased.set(packetId);
                unreleasedCount++;
            }
        }
        await(bytes);
        order.came(packetId);
        session.publish(message, kind == KIND_QOS2 ? packetId : 0, inbox, context(kind, bytes, packetId));
    }

    /** PUBREL (MQTT 5, 3.6). */
    public void onRelease(ByteBuf in, int end) {
        int packetId = readAck(in, end);
        if (peer.five() && !session.resumed() && (unreleased == null || !unreleased.get(packetId))) {
            AckWriter.write(
                    out,
                    PacketType.PUBCOMP,
                    packetId,
                    MqttReason.PACKET_IDENTIFIER_NOT_FOUND,
                    null,
                    peer.packetBytesMax());
            return;
        }
        await(0);
        session.forget(packetId, inbox, context(KIND_RELEASE, 0, packetId));
    }

    private int readAck(ByteBuf in, int end) {
        int packetId = Fields.readPacketId(in, end);
        if (peer.five()) {
            if (in.readerIndex() < end) {
                Fields.readByte(in, end);
            }
            if (in.readerIndex() < end) {
                Property.skipAck(in, end);
            }
        }
        if (in.readerIndex() != end) {
            throw ProtocolException.malformed("PUBREL has bytes behind its last field");
        }
        return packetId;
    }

    @Override
    public void onPublished(long context, Receipt.Outcome outcome) {
        answered(context);
        if (closed) {
            return;
        }
        int packetId = (int) context & 0xFFFF;
        MqttReason reason = peer.five() && outcome == Receipt.Outcome.NO_SUBSCRIBERS
                ? MqttReason.NO_MATCHING_SUBSCRIBERS
                : MqttReason.SUCCESS;
        switch ((int) (context >>> KIND_SHIFT)) {
            case KIND_QOS1 -> acknowledgeInOrder(PacketType.PUBACK, packetId, reason, null);
            case KIND_QOS2 -> acknowledgeInOrder(PacketType.PUBREC, packetId, reason, null);
            default -> {
                release(packetId);
                boolean unknown = outcome == Receipt.Outcome.DUPLICATE && peer.five();
                acknowledge(
                        PacketType.PUBCOMP,
                        packetId,
                        unknown ? MqttReason.PACKET_IDENTIFIER_NOT_FOUND : MqttReason.SUCCESS,
                        null);
            }
        }
    }

    private void acknowledgeInOrder(int type, int packetId, MqttReason reason, @Nullable String detail) {
        if (!order.takeIfNext(packetId)) {
            order.keep(new AckOrder.Ack(type, packetId, reason, detail));
            return;
        }
        acknowledge(type, packetId, reason, detail);
        AckOrder.Ack kept;
        while ((kept = order.pollKept()) != null) {
            acknowledge(kept.type(), kept.packetId(), kept.reason(), kept.detail());
        }
    }

    private void acknowledge(int type, int packetId, MqttReason reason, @Nullable String detail) {
        if (reason == MqttReason.SUCCESS) {
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
            ending.end(ReasonCodes.toMqtt(refusal.reason()), refusal.detail());
            return;
        }
        if (kind == KIND_QOS2) {
            release(packetId);
        }
        if (!peer.five() && refusal.reason() != ReasonCode.NOT_AUTHORIZED) {
            // MQTT 3.1.1 has no negative acknowledgement: without one, the client tries again when it is back.
            ending.end(ReasonCodes.toMqtt(refusal.reason()), refusal.detail());
            return;
        }
        answerRefusal(
                kind == KIND_QOS1 ? 1 : 2, packetId, ReasonCodes.toPublishAck(refusal.reason()), refusal.detail());
    }

    @Override
    public void onDrained() {
        if (closed) {
            return;
        }
        if (!reading && waiting <= config.receiveMaximum() / 2 && waitingBytes <= config.outstandingBytesMax() / 2) {
            reading = true;
            decoder.resume();
        }
        out.flush();
    }

    /** Late answers are not sent. */
    public void close() {
        closed = true;
    }

    private void await(int bytes) {
        waiting++;
        waitingBytes += bytes;
        if (reading && (waiting > config.receiveMaximum() || waitingBytes > config.outstandingBytesMax())) {
            reading = false;
            decoder.pause();
        }
    }

    private void answered(long context) {
        waiting--;
        waitingBytes -= context >>> BYTES_SHIFT & BYTES_MASK;
        if (context >>> KIND_SHIFT == KIND_QOS1) {
            unacknowledgedCount--;
        }
    }

    private void release(int packetId) {
        if (unreleased != null && unreleased.get(packetId)) {
            unreleased.clear(packetId);
            unreleasedCount--;
        }
    }

    /** MQTT 5, 3.3.4: more than the Receive Maximum is an error; MQTT 3.1.1 knows none and is slowed down instead. */
    private void checkReceiveMaximum(int qos, int packetId) {
        if (!peer.five() || unacknowledgedCount + unreleasedCount < config.receiveMaximum()) {
            return;
        }
        if (qos == 2 && unreleased != null && unreleased.get(packetId)) {
            return; // sent again, not another one
        }
        throw new ProtocolException(
                MqttReason.RECEIVE_MAXIMUM_EXCEEDED,
                "more than " + config.receiveMaximum() + " publishes without acknowledgement; the Receive Maximum is "
                        + config.receiveMaximum());
    }

    /** Says no at once. */
    private void refuse(int qos, int packetId, MqttReason reason, String detail) {
        if (qos == 0) {
            counters.increment(MqttCounter.PUBLISH_DROPPED);
        } else {
            order.came(packetId);
            answerRefusal(qos, packetId, reason, detail);
        }
    }

    /**
     * In MQTT 3.1.1, what is not permitted is acknowledged and dropped (3.3.5 leaves that or closing; closing makes
     * clients try the same again for ever).
     */
    private void answerRefusal(int qos, int packetId, MqttReason reason, String detail) {
        int type = qos == 1 ? PacketType.PUBACK : PacketType.PUBREC;
        acknowledgeInOrder(
                type, packetId, peer.five() ? reason : MqttReason.SUCCESS, peer.reasonStrings() ? detail : null);
    }

    private int readAlias(ByteBuf in, int end) {
        int alias = Fields.readShort(in, end);
        if (alias == 0 || alias > config.topicAliasMax()) {
            throw new ProtocolException(
                    MqttReason.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + " is outside of 1 to " + config.topicAliasMax());
        }
        return alias;
    }

    private TopicCache.Entry topic(ByteBuf in, int at, int bytes, int alias) {
        if (bytes == 0) {
            TopicCache.Entry bound = alias > 0 && alias < aliases.length ? aliases[alias] : null;
            if (bound == null) {
                throw ProtocolException.violation(
                        alias == 0
                                ? "PUBLISH has an empty topic and no alias (MQTT 5, 3.3.2.1)"
                                : "topic alias " + alias + " is not bound (MQTT 5, 3.3.2.3.4)");
            }
            return bound;
        }
        TopicCache.Entry entry;
        try {
            entry = topics.get(in, at, bytes);
        } catch (SignalboxException e) {
            throw new ProtocolException(MqttReason.TOPIC_NAME_INVALID, String.valueOf(e.getMessage()));
        }
        if (alias > 0) {
            if (alias >= aliases.length) {
                aliases = java.util.Arrays.copyOf(
                        aliases, Math.min(Math.max(alias + 1, aliases.length * 2), config.topicAliasMax() + 1));
            }
            aliases[alias] = entry;
        }
        return entry;
    }

    private static long context(int kind, int payloadBytes, int packetId) {
        return (long) kind << KIND_SHIFT | (long) payloadBytes << BYTES_SHIFT | packetId;
    }
}
