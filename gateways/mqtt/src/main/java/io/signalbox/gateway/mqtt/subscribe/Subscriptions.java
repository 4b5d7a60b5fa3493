package io.signalbox.gateway.mqtt.subscribe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.signalbox.access.Authorizer;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.frame.Ending;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.ReasonCodes;
import io.signalbox.gateway.mqtt.frame.VarInt;
import io.signalbox.message.Guarantee;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.HistoryOption;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.StartPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one client subscribes to. Owned by the connection's loop; one packet at a time is with the broker. */
public final class Subscriptions {
    private static final int REASON_CHARS_MAX = 300;
    private static final int UNSUPPORTED_3_1_1 = 0x80;

    private final MqttConfig config;
    private final Peer peer;
    private final Session session;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Counters<MqttCounter> counters;
    private final Lane lane;
    private final OutboundBatch out;
    private final FrameDecoder decoder;
    private final Ending ending;
    private boolean closed;

    public Subscriptions(
            MqttConfig config,
            Peer peer,
            Session session,
            Authorizer authorizer,
            TimeSource time,
            Counters<MqttCounter> counters,
            Lane lane,
            OutboundBatch out,
            FrameDecoder decoder,
            Ending ending) {
        this.config = config;
        this.peer = peer;
        this.session = session;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.lane = lane;
        this.out = out;
        this.decoder = decoder;
        this.ending = ending;
    }

    /** SUBSCRIBE (MQTT 5, 3.8). */
    public void onSubscribe(ByteBuf in, int end) {
        SubscribePacket packet =
                SubscribePacket.readSubscribe(in, end, peer.five(), config.subscriptionsPerPacketMax());
        byte[] codes = new byte[packet.entries().size()];
        String detail = null;
        List<FilterSpec> specs = new ArrayList<>();
        int[] places = new int[codes.length];
        for (int i = 0; i < codes.length; i++) {
            try {
                FilterSpec spec = spec(packet, packet.entries().get(i));
                codes[i] = (byte) spec.guarantee().qos();
                places[specs.size()] = i;
                specs.add(spec);
            } catch (Refused e) {
                codes[i] = (byte) e.reason.code();
                detail = e.getMessage();
            }
        }
        if (specs.isEmpty()) {
            acknowledge(PacketType.SUBACK, packet.packetId(), codes, detail);
            return;
        }
        String before = detail;
        await(
                session.subscribe(specs),
                results -> {
                    String text = before;
                    for (int i = 0; i < results.size(); i++) {
                        @Nullable Refusal refusal = results.get(i);
                        if (refusal != null) {
                            codes[places[i]] = (byte)
                                    ReasonCodes.toSubscribeAck(refusal.reason()).code();
                            text = refusal.detail();
                        }
                    }
                    acknowledge(PacketType.SUBACK, packet.packetId(), codes, text);
                },
                failure -> {
                    for (int i = 0; i < specs.size(); i++) {
                        codes[places[i]] =
                                (byte) ReasonCodes.toSubscribeAck(failure).code();
                    }
                    acknowledge(PacketType.SUBACK, packet.packetId(), codes, null);
                });
    }

    /** UNSUBSCRIBE (MQTT 5, 3.10). */
    public void onUnsubscribe(ByteBuf in, int end) {
        SubscribePacket packet =
                SubscribePacket.readUnsubscribe(in, end, peer.five(), config.subscriptionsPerPacketMax());
        byte[] codes = new byte[packet.entries().size()];
        List<Session.Target> targets = new ArrayList<>();
        int[] places = new int[codes.length];
        for (int i = 0; i < codes.length; i++) {
            try {
                targets.add(ShareName.parse(packet.entries().get(i).filter(), peer.transport()));
                places[targets.size() - 1] = i;
            } catch (SignalboxException e) {
                codes[i] = (byte) MqttReason.TOPIC_FILTER_INVALID.code();
            }
        }
        if (targets.isEmpty()) {
            acknowledge(PacketType.UNSUBACK, packet.packetId(), codes, null);
            return;
        }
        await(
                session.unsubscribe(targets),
                results -> {
                    for (int i = 0; i < results.size(); i++) {
                        if (!results.get(i)) {
                            codes[places[i]] = (byte) MqttReason.NO_SUBSCRIPTION_EXISTED.code();
                        }
                    }
                    acknowledge(PacketType.UNSUBACK, packet.packetId(), codes, null);
                },
                failure -> {
                    for (int i = 0; i < targets.size(); i++) {
                        codes[places[i]] =
                                (byte) ReasonCodes.toUnsubscribeAck(failure).code();
                    }
                    acknowledge(PacketType.UNSUBACK, packet.packetId(), codes, null);
                });
    }

    /** Late answers are not sent. */
    public void close() {
        closed = true;
    }

    /** A filter that is refused alone; the others of its packet go on. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final MqttReason reason;

        Refused(MqttReason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
        }
    }

    private FilterSpec spec(SubscribePacket packet, SubscribePacket.Entry entry) throws Refused {
        Session.Target target;
        try {
            target = ShareName.parse(entry.filter(), peer.transport());
        } catch (SignalboxException e) {
            throw new Refused(MqttReason.TOPIC_FILTER_INVALID, String.valueOf(e.getMessage()));
        }
        if (entry.noLocal() && ShareName.shared(target)) {
            throw ProtocolException.violation("No Local on a shared subscription (MQTT 5, 3.8.3.1)");
        }
        if (!authorizer.maySubscribe(peer.principal(), target.filter())) {
            counters.increment(MqttCounter.SUBSCRIBE_NOT_AUTHORIZED);
            throw new Refused(MqttReason.NOT_AUTHORIZED, "subscribing to this filter is not permitted");
        }
        StartPosition start = StartPosition.NEW;
        double speed = 0;
        try {
            String from = packet.userProperties().get(HistoryOption.FROM);
            if (from != null) {
                start = HistoryOption.start(from, time.millis());
            }
            String factor = packet.userProperties().get(HistoryOption.SPEED);
            if (factor != null) {
                speed = HistoryOption.speed(factor);
            }
        } catch (SignalboxException e) {
            throw new Refused(MqttReason.IMPLEMENTATION_SPECIFIC, String.valueOf(e.getMessage()));
        }
        FilterSpec.RetainedDelivery retained = ShareName.shared(target)
                ? FilterSpec.RetainedDelivery.NONE
                : FilterSpec.RetainedDelivery.values()[entry.retainHandling()];
        return new FilterSpec(
                target.filter(),
                target.shareGroup(),
                Guarantee.ofQos(entry.qos()),
                packet.subscriptionId(),
                entry.noLocal(),
                entry.retainAsPublished(),
                retained,
                start,
                speed);
    }

    private <T> void await(CompletionStage<T> stage, Consumer<T> done, Consumer<ReasonCode> failed) {
        decoder.pause(); // a flood of SUBSCRIBE piles up at the client, not here
        stage.whenComplete((result, error) -> {
            Runnable answer = () -> {
                if (closed) {
                    return;
                }
                if (error == null) {
                    done.accept(result);
                } else {
                    Throwable cause = error.getCause() == null ? error : error.getCause();
                    failed.accept(cause instanceof SignalboxException known ? known.reason() : ReasonCode.INTERNAL);
                }
                out.flush();
                lane.execute(decoder::resume);
            };
            // On the lane already: at once, so that the answer leaves before what the subscription brings.
            if (lane.inLane()) {
                answer.run();
            } else {
                lane.execute(answer);
            }
        });
    }

    private void acknowledge(int type, int packetId, byte[] codes, @Nullable String detail) {
        if (!peer.five()) {
            acknowledgeOld(type, packetId, codes);
            return;
        }
        byte[] reason = new byte[0];
        if (detail != null && peer.reasonStrings()) {
            reason = detail.substring(0, Math.min(detail.length(), REASON_CHARS_MAX))
                    .getBytes(StandardCharsets.UTF_8);
        }
        ByteBuf properties = Unpooled.buffer(3 + reason.length);
        if (reason.length > 0 && reason.length + codes.length + 16 <= peer.packetBytesMax()) {
            properties.writeByte(Property.REASON_STRING);
            Fields.writeText(properties, reason);
        }
        int propertyBytes = properties.readableBytes();
        int length = 2 + VarInt.size(propertyBytes) + propertyBytes + codes.length;
        if (1 + VarInt.size(length) + length > peer.packetBytesMax()) {
            ending.end(
                    MqttReason.PACKET_TOO_LARGE,
                    "the answer with " + codes.length + " reason codes is larger than the Maximum Packet Size");
            return;
        }
        ByteBuf to = out.room(5 + length);
        to.writeByte(type << 4);
        VarInt.write(to, length);
        to.writeShort(packetId);
        VarInt.write(to, propertyBytes);
        to.writeBytes(properties).writeBytes(codes);
    }

    /** MQTT 3.1.1, 3.9.3 and 3.11: a failure is 0x80, and UNSUBACK tells nothing. */
    private void acknowledgeOld(int type, int packetId, byte[] codes) {
        int length = 2 + (type == PacketType.SUBACK ? codes.length : 0);
        ByteBuf to = out.room(5 + length);
        to.writeByte(type << 4);
        VarInt.write(to, length);
        to.writeShort(packetId);
        if (type == PacketType.SUBACK) {
            for (byte code : codes) {
                to.writeByte(code < 0 ? UNSUPPORTED_3_1_1 : code);
            }
        }
    }
}
