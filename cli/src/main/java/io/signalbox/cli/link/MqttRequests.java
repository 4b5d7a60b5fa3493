package io.signalbox.cli.link;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import io.signalbox.cli.link.LinkException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Questions over MQTT 5: one reply topic for the connection, and the answers told apart by their correlation. */
final class MqttRequests {
    private final Mqtt5AsyncClient client;
    private final MqttOptions options;
    private final String replyTopic;
    private final Map<ByteBuffer, CompletableFuture<Incoming>> waiting = new ConcurrentHashMap<>();

    /** Null until the first question. Guarded by this. */
    private @Nullable CompletableFuture<?> subscribed;

    MqttRequests(Mqtt5AsyncClient client, MqttOptions options) {
        this.client = client;
        this.options = options;
        this.replyTopic = "reply/mqtt/" + UUID.randomUUID();
    }

    CompletableFuture<Incoming> ask(Outgoing question) {
        byte[] given = question.properties().correlation();
        byte[] correlation =
                given != null ? given : UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer key = ByteBuffer.wrap(correlation);
        CompletableFuture<Incoming> answer = new CompletableFuture<>();
        waiting.put(key, answer);
        Mqtt5Publish publish =
                Mqtt5Link.wire(question.withProperties(question.properties().withReply(replyTopic, correlation)));
        var unused = subscribed().thenCompose(ready -> client.publish(publish)).whenComplete((result, failure) -> {
            Throwable refused = failure != null ? failure : result.getError().orElse(null);
            if (refused != null) {
                answer.completeExceptionally(Refusals.of(refused, options.address()));
            } else if (foundNobody(result)) {
                answer.completeExceptionally(
                        new LinkException(Kind.NO_RESPONDERS, "nobody is subscribed to '" + question.topic() + "'"));
            }
        });
        return answer.whenComplete((reply, failure) -> waiting.remove(key));
    }

    private synchronized CompletableFuture<?> subscribed() {
        CompletableFuture<?> known = subscribed;
        if (known == null) {
            known = client.subscribeWith()
                    .topicFilter(replyTopic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .callback(this::receive)
                    .send();
            subscribed = known;
        }
        return known;
    }

    /** An answer without correlation, as MQTT 3.1.1 gives it, is to the only question that there is. */
    private void receive(Mqtt5Publish reply) {
        ByteBuffer correlation = reply.getCorrelationData().orElse(null);
        CompletableFuture<Incoming> answer = correlation != null
                ? waiting.get(correlation)
                : waiting.size() == 1 ? waiting.values().iterator().next() : null;
        if (answer != null) {
            answer.complete(Mqtt5Link.incoming(reply));
        }
    }

    private static boolean foundNobody(Mqtt5PublishResult result) {
        @Nullable
        Mqtt5ReasonCode code = switch (result) {
            case Mqtt5PublishResult.Mqtt5Qos1Result one -> one.getPubAck().getReasonCode();
            case Mqtt5PublishResult.Mqtt5Qos2Result two -> two.getPubRec().getReasonCode();
            default -> null;
        };
        return code == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS
                || code == Mqtt5PubRecReasonCode.NO_MATCHING_SUBSCRIBERS;
    }
}
