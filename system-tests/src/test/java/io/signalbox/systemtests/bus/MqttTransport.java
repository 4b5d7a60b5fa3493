package io.signalbox.systemtests.bus;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The broker of another process, through its MQTT gateway: what two processes need to share a broker today. It does
 * what the bus asks for and no more (no reconnecting, no history), so it is no transport for production. MQTT has no
 * words for {@code release}, {@code modify} and {@code reject}: the first two are offered again from here, and what is
 * rejected is acknowledged, which is why it does not claim to have dead letters.
 */
final class MqttTransport implements Transport {
    private static final int PAYLOAD_BYTES_MAX = 1 << 19;
    private static final long CLOSE_SECONDS_MAX = 10;

    private final int port;
    private final TimeSource time = TimeSource.monotonic();
    private final Mqtt5AsyncClient publisher;

    private MqttTransport(int port, String name) {
        this.port = port;
        this.publisher = client(name + "-publisher");
    }

    /** @param name unique among the broker's clients */
    static MqttTransport connect(int port, String name) {
        MqttTransport transport = new MqttTransport(port, name);
        transport.publisher.connect().join();
        return transport;
    }

    Mqtt5AsyncClient client(String id) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildAsync();
    }

    @Override
    public String name() {
        return "mqtt";
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.of(
                Durability.SYNCED,
                PAYLOAD_BYTES_MAX,
                Capabilities.Feature.SUBSCRIBE,
                Capabilities.Feature.DURABLE_SESSIONS,
                Capabilities.Feature.WILDCARDS,
                Capabilities.Feature.SHARE_GROUPS,
                Capabilities.Feature.ORDERED,
                Capabilities.Feature.RETAINED,
                Capabilities.Feature.DELAYED_REDELIVERY,
                Capabilities.Feature.EXPIRY);
    }

    @Override
    public Health health() {
        return publisher.getState().isConnected()
                ? Health.UP
                : new Health(Health.Status.DOWN, "not connected to port " + port);
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(publisher, message, callback, context);
    }

    static void publish(Mqtt5AsyncClient by, Message message, PublishCallback callback, long context) {
        by.publish(MqttMessages.publish(message)).whenComplete((result, refused) -> {
            if (refused != null) {
                callback.refused(context, refusal(refused));
            } else {
                callback.published(context, outcome(result), Durability.SYNCED, 0);
            }
        });
    }

    private static Receipt.Outcome outcome(Mqtt5PublishResult result) {
        return result instanceof Mqtt5PublishResult.Mqtt5Qos1Result acknowledged
                        && acknowledged.getPubAck().getReasonCode() == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS
                ? Receipt.Outcome.NO_SUBSCRIBERS
                : Receipt.Outcome.ROUTED;
    }

    static Refusal refusal(Throwable refused) {
        Throwable cause = refused instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : refused;
        return cause instanceof Mqtt5PubAckException answer
                ? new Refusal(
                        ReasonCode.INTERNAL,
                        answer.getMqttMessage().getReasonCode().name())
                : new Refusal(ReasonCode.CLOSED, String.valueOf(cause.getMessage()));
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return MqttSession.open(client(options.name()), options, lane, subscriber, time);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return CompletableFuture.failedFuture(
                new Refusal(ReasonCode.NOT_SUPPORTED, "MQTT clients cannot read the past").toException());
    }

    @Override
    public void close() {
        publisher
                .disconnect()
                .orTimeout(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                .exceptionally(gone -> null)
                .join();
    }
}
