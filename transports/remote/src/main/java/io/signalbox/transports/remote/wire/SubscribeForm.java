package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.signalbox.client.connection.WireNames;
import io.signalbox.message.Guarantee;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.StartPosition;
import org.jspecify.annotations.Nullable;

/** A subscription as a SUBSCRIBE of its own (MQTT 5, 3.8): its id and its place in the past are the packet's. */
final class SubscribeForm {
    private SubscribeForm() {}

    static MqttSubscribeMessage packet(FilterSpec spec, int packetId) {
        MqttProperties properties = new MqttProperties();
        if (spec.subscriptionId() > 0) {
            properties.add(new IntegerProperty(Properties.SUBSCRIPTION_ID, spec.subscriptionId()));
        }
        Properties.addUser(properties, WireNames.FROM, from(spec.start()));
        if (spec.replaySpeed() != 0) {
            Properties.addUser(properties, WireNames.SPEED, Double.toString(spec.replaySpeed()));
        }
        return MqttMessageBuilders.subscribe()
                .messageId(packetId)
                .properties(properties)
                .addSubscription(
                        filter(new Target(spec.filter(), spec.shareGroup())),
                        new MqttSubscriptionOption(
                                spec.guarantee() == Guarantee.AT_MOST_ONCE
                                        ? MqttQoS.AT_MOST_ONCE
                                        : MqttQoS.AT_LEAST_ONCE,
                                spec.noLocal(),
                                spec.retainAsPublished(),
                                retained(spec.retained())))
                .build();
    }

    static String filter(Target target) {
        return target.shareGroup() == null
                ? target.filter().text()
                : "$share/" + target.shareGroup() + "/" + target.filter().text();
    }

    private static RetainedHandlingPolicy retained(FilterSpec.RetainedDelivery delivery) {
        return switch (delivery) {
            case SEND -> RetainedHandlingPolicy.SEND_AT_SUBSCRIBE;
            case SEND_IF_NEW -> RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS;
            case NONE -> RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE;
        };
    }

    /** As the server reads it; null: now. */
    private static @Nullable String from(StartPosition start) {
        return start instanceof StartPosition.New ? null : Positions.text(start);
    }
}
