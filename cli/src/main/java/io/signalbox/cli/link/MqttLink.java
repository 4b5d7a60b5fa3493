package io.signalbox.cli.link;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to an MQTT server, over TCP or WebSocket. */
public abstract sealed class MqttLink implements Link permits Mqtt3Link, Mqtt5Link {
    final MqttOptions options;
    private final Reconnection reconnection;
    private final Patience patience;

    MqttLink(MqttOptions options, Reconnection reconnection, Patience patience) {
        this.options = options;
        this.reconnection = reconnection;
        this.patience = patience;
    }

    /**
     * As {@link Link#open}.
     *
     * @param executor {@code Runnable::run} is the client's own thread, which must not wait
     */
    public static MqttLink open(
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
            MqttLink link = options.version() == 5
                    ? new Mqtt5Link(builder.useMqttVersion5().buildAsync(), options, reconnection, patience)
                    : new Mqtt3Link(builder.useMqttVersion3().buildAsync(), options, reconnection, patience);
            if (receiver != null) {
                link.receive(receiver, executor);
            }
            link.open();
            return link;
        } catch (IllegalArgumentException invalid) {
            throw new LinkException(LinkException.Kind.REFUSED, String.valueOf(invalid.getMessage()));
        }
    }

    private void open() throws LinkException {
        try {
            Object unused = await(connect());
        } catch (LinkException e) {
            // An answer that comes too late must not leave a connection behind.
            var unused = disconnect();
            throw e;
        }
    }

    /** Gets every message, unacknowledged. */
    abstract void receive(Consumer<Incoming> receiver, Executor executor);

    abstract CompletableFuture<?> connect();

    /** Fails with whatever the client or the server says. */
    abstract CompletableFuture<?> send(Outgoing message);

    abstract CompletableFuture<?> leave(List<MqttTopicFilter> filters);

    abstract CompletableFuture<?> disconnect();

    @Override
    public final CompletableFuture<Void> publish(Outgoing message) {
        return send(message).handle((answer, failure) -> {
            if (failure != null) {
                throw new CompletionException(Refusals.of(failure, options.address()));
            }
            return null;
        });
    }

    /** No message comes any more that matches only these. */
    public final void unsubscribe(List<String> filters) throws LinkException {
        Object unused = await(leave(filters.stream().map(MqttTopicFilter::of).toList()));
    }

    @Override
    public final void close() {
        reconnection.close();
        Waiting.briefly(disconnect());
    }

    final <T> T await(CompletableFuture<T> answer) throws LinkException {
        return Waiting.forAnswer(answer, options.address(), patience);
    }

    static MqttQos qos(int code) {
        MqttQos qos = MqttQos.fromCode(code);
        if (qos == null) {
            throw new IllegalArgumentException("the QoS is " + code + "; it must be 0, 1 or 2");
        }
        return qos;
    }
}
