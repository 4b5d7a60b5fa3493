package io.signalbox.client.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A connection of the HiveMQ client. */
final class HiveMqLink implements Link {
    private final Mqtt5AsyncClient client;
    private final Mqtt5ConnAck ack;
    private final Incoming incoming;
    private final Outgoing outgoing;

    HiveMqLink(Mqtt5AsyncClient client, Mqtt5ConnAck ack, Incoming incoming) {
        this.client = client;
        this.ack = ack;
        this.incoming = incoming;
        outgoing = new Outgoing(client.toRx());
    }

    /** Lost: lets go of all that belongs to it. */
    void end() {
        incoming.end();
        outgoing.end();
    }

    @Override
    public void publish(Message message, long nowMillis, Answer answer) {
        Mqtt5Publish publish;
        try {
            publish = OutgoingPublish.of(message, nowMillis);
        } catch (IllegalArgumentException e) {
            answer.refused(PublishAnswer.unsendable(e), false);
            return;
        }
        outgoing.publish(publish, answer);
    }

    @Override
    public CompletionStage<List<@Nullable Denied>> subscribe(List<WireFilter> filters) {
        Mqtt5Subscribe subscribe = Mqtt5Subscribe.builder()
                .addSubscriptions(filters.stream().map(HiveMqLink::subscription))
                .userProperties(properties(filters.getFirst()))
                .build();
        return client.subscribe(subscribe).handle((granted, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof Mqtt5SubAckException refused) {
                return answers(refused.getMqttMessage(), filters.size());
            }
            if (failure != null) {
                throw new CompletionException(cause);
            }
            return answers(granted, filters.size());
        });
    }

    private static List<@Nullable Denied> answers(Mqtt5SubAck granted, int count) {
        String text = granted.getReasonString().map(Object::toString).orElse("");
        List<@Nullable Denied> answers = new ArrayList<>();
        granted.getReasonCodes()
                .forEach(code -> answers.add(
                        code.isError()
                                ? new Denied(Reasons.refusal(code, text), Reasons.isWorthAnotherTry(code, text))
                                : null));
        while (answers.size() < count) {
            answers.add(null);
        }
        return answers;
    }

    private static Mqtt5Subscription subscription(WireFilter filter) {
        return Mqtt5Subscription.builder()
                .topicFilter(filter.filter())
                .qos(
                        filter.qos() == 0
                                ? MqttQos.AT_MOST_ONCE
                                : filter.qos() == 1 ? MqttQos.AT_LEAST_ONCE : MqttQos.EXACTLY_ONCE)
                .noLocal(filter.noLocal())
                .retainHandling(filter.retained() ? Mqtt5RetainHandling.SEND : Mqtt5RetainHandling.DO_NOT_SEND)
                .retainAsPublished(true)
                .build();
    }

    /** Of the packet, so of all its filters. */
    private static Mqtt5UserProperties properties(WireFilter filter) {
        List<Mqtt5UserProperty> properties = new ArrayList<>();
        if (filter.from() != null) {
            properties.add(Mqtt5UserProperty.of(WireNames.FROM, filter.from()));
        }
        if (filter.speed() != null) {
            properties.add(Mqtt5UserProperty.of(WireNames.SPEED, filter.speed()));
        }
        return Mqtt5UserProperties.of(properties);
    }

    @Override
    public CompletionStage<?> unsubscribe(List<String> filters) {
        Mqtt5Unsubscribe unsubscribe = Mqtt5Unsubscribe.builder()
                .addTopicFilters(filters.stream().map(com.hivemq.client.mqtt.datatypes.MqttTopicFilter::of))
                .build();
        return client.unsubscribe(unsubscribe);
    }

    @Override
    public boolean sessionPresent() {
        return ack.isSessionPresent();
    }

    @Override
    public int receiveMaximum() {
        return ack.getRestrictions().getReceiveMaximum();
    }

    @Override
    public CompletionStage<?> disconnect(Goodbye goodbye) {
        incoming.end();
        Mqtt5DisconnectBuilder disconnect = Mqtt5Disconnect.builder();
        if (goodbye.forgetSession()) {
            disconnect = disconnect.sessionExpiryInterval(0);
        }
        if (goodbye.publishWill()) {
            disconnect = disconnect.reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE);
        }
        return client.disconnect(disconnect.build());
    }

    @Override
    public void abandon() {
        incoming.end();
        CompletableFuture<Void> unused = client.disconnect();
    }
}
