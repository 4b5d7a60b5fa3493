package io.signalbox.cli.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to an MQTT server. Thread-safe. */
public interface MqttLink extends AutoCloseable {

    /**
     * Connects, and waits until the server has said yes.
     *
     * @param patience for this and the later answers
     * @param receiver gets every message, one after the other; null: nothing is expected
     * @param executor on which it gets them; {@code Runnable::run} is the client's own thread, which must not wait
     */
    static MqttLink open(
            LinkOptions options,
            LinkListener listener,
            Patience patience,
            @Nullable Consumer<Incoming> receiver,
            Executor executor)
            throws LinkException {
        Reconnection reconnection = new Reconnection(options, listener);
        MqttClientBuilder builder = MqttClient.builder()
                .serverHost(options.host())
                .serverPort(options.port())
                .addConnectedListener(reconnection)
                .addDisconnectedListener(reconnection);
        if (!options.clientId().isEmpty()) {
            builder = builder.identifier(options.clientId());
        }
        Tls tls = options.tls();
        if (tls != null) {
            builder = builder.sslConfig(tls.config());
        }
        try {
            return options.version() == 5
                    ? Mqtt5Link.open(
                            builder.useMqttVersion5().buildAsync(), options, reconnection, patience, receiver, executor)
                    : Mqtt3Link.open(
                            builder.useMqttVersion3().buildAsync(),
                            options,
                            reconnection,
                            patience,
                            receiver,
                            executor);
        } catch (IllegalArgumentException invalid) {
            throw new LinkException(LinkException.Kind.REFUSED, String.valueOf(invalid.getMessage()));
        }
    }

    /** Completes when the message is written (QoS 0) or acknowledged, or fails with a {@link LinkException}. */
    CompletableFuture<Void> publish(Outgoing message);

    /** @return the granted QoS of each filter, in their order */
    List<Integer> subscribe(Filters filters) throws LinkException;

    void unsubscribe(List<String> filters) throws LinkException;

    /** Says good-bye; the will is not published. */
    @Override
    void close();
}
