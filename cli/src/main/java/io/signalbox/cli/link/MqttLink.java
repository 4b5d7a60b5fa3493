package io.signalbox.cli.link;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to an MQTT server, over TCP or WebSocket. */
public sealed interface MqttLink extends Link permits Mqtt3Link, Mqtt5Link {

    /**
     * As {@link Link#open}.
     *
     * @param executor {@code Runnable::run} is the client's own thread, which must not wait
     */
    static MqttLink open(
            MqttOptions options,
            LinkListener listener,
            Patience patience,
            @Nullable Consumer<Incoming> receiver,
            Executor executor)
            throws LinkException {
        Reconnection reconnection = new Reconnection(options, listener);
        MqttClientBuilder builder = MqttClient.builder()
                .serverHost(options.server().host())
                .serverPort(options.server().port())
                .addConnectedListener(reconnection)
                .addDisconnectedListener(reconnection);
        if (!options.clientId().isEmpty()) {
            builder = builder.identifier(options.clientId());
        }
        Tls tls = options.server().tls();
        if (tls != null) {
            builder = builder.sslConfig(tls.ofMqtt());
        }
        String path = options.webSocketPath();
        if (path != null) {
            builder = builder.webSocketConfig(
                    MqttWebSocketConfig.builder().serverPath(path).build());
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

    void unsubscribe(List<String> filters) throws LinkException;
}
