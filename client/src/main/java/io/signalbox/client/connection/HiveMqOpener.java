package io.signalbox.client.connection;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.reactivex.schedulers.Schedulers;
import io.signalbox.time.TimeSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Connections by the HiveMQ client. Each is a client of that library of its own: what is unanswered when it is lost is
 * known here, and sent again from here, so nothing of it may live on there.
 */
public final class HiveMqOpener implements LinkOpener {
    private static final int SECONDS_MAX = 65_535;

    private final LinkOptions options;
    private final TimeSource time;

    public HiveMqOpener(LinkOptions options, TimeSource time) {
        this.options = options;
        this.time = time;
    }

    @Override
    public CompletionStage<Link> open(LinkEvents events) {
        Rejections rejections = new Rejections();
        AtomicReference<@Nullable Runnable> end = new AtomicReference<>();
        Mqtt5AsyncClient client = client(rejections, context -> {
            Runnable ending = end.getAndSet(null);
            if (ending != null) {
                ending.run();
            }
            events.lost(loss(context.getCause()));
        });
        Incoming incoming = new Incoming(client.toRx(), events, rejections, time);
        end.set(incoming::end);
        return client.connect(connect()).handle((ack, failure) -> {
            if (failure != null) {
                incoming.end();
                throw new LinkException(loss(failure), failure);
            }
            HiveMqLink link = new HiveMqLink(client, ack, incoming);
            if (end.getAndSet(link::end) == null) {
                link.end(); // Lost already, before it was handed over.
            }
            return link;
        });
    }

    private Mqtt5AsyncClient client(Rejections rejections, MqttClientDisconnectedListener lost) {
        // Event loops of its own, which end with the connection, and with them all that the library has planned.
        Executor loop =
                task -> Thread.ofPlatform().daemon().name("signalbox-client-io").start(task);
        return Mqtt5Client.builder()
                .identifier(options.clientId())
                .transportConfig(transport())
                .executorConfig()
                .nettyExecutor(loop)
                .nettyThreads(1)
                .applicationScheduler(Schedulers.from(Runnable::run))
                .applyExecutorConfig()
                .addDisconnectedListener(lost)
                .advancedConfig()
                .interceptors()
                .incomingQos1Interceptor(rejections)
                .incomingQos2Interceptor(rejections)
                .applyInterceptors()
                .applyAdvancedConfig()
                .buildAsync();
    }

    private MqttClientTransportConfig transport() {
        Endpoint endpoint = options.endpoint();
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(endpoint.host())
                .serverPort(endpoint.port())
                .mqttConnectTimeout(options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .socketConnectTimeout(options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        if (endpoint.tls()) {
            transport = transport.sslConfig(ssl(options.tls()));
        }
        if (endpoint.path() != null) {
            transport = transport.webSocketConfig(MqttWebSocketConfig.builder()
                    .serverPath(endpoint.path())
                    .subprotocol("mqtt")
                    .build());
        }
        return transport.build();
    }

    private static MqttClientSslConfig ssl(Tls tls) {
        return MqttClientSslConfig.builder()
                .trustManagerFactory(tls.trust())
                .keyManagerFactory(tls.keys())
                .build();
    }

    private Mqtt5Connect connect() {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(false)
                .keepAlive((int) Math.min(options.keepAlive().toSeconds(), SECONDS_MAX))
                .sessionExpiryInterval(options.sessionExpiry().toSeconds())
                .restrictions()
                .receiveMaximum(options.credit())
                // That library binds an alias also by a packet that is too large to be sent, and then uses it.
                .sendTopicAliasMaximum(0)
                .requestProblemInformation(true)
                .applyRestrictions()
                .userProperties()
                .add(WireNames.SEQUENCE, "1")
                .applyUserProperties();
        Login login = options.login();
        if (login != null) {
            connect = connect.simpleAuth(Mqtt5SimpleAuth.builder()
                    .username(login.user())
                    .password(login.password())
                    .build());
        }
        Will will = options.will();
        if (will != null) {
            connect = connect.willPublish(OutgoingPublish.of(will.message(), time.millis())
                    .asWill()
                    .extendAsWill()
                    .delayInterval(will.delay().toSeconds())
                    .build());
        }
        return connect.build();
    }

    private static LinkLoss loss(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case Mqtt5ConnAckException refused -> refused(refused.getMqttMessage());
            case Mqtt5DisconnectException ended -> ended(ended.getMqttMessage());
            default -> LinkLoss.of(String.valueOf(cause.getMessage()));
        };
    }

    private static LinkLoss refused(Mqtt5ConnAck ack) {
        String text = ack.getReasonString().map(Object::toString).orElse("");
        return new LinkLoss(
                "refused with " + ack.getReasonCode() + (text.isEmpty() ? "" : ": " + text),
                suggestion(ack.getUserProperties()),
                ack.getReasonCode().getCode() == Reasons.SESSION_TAKEN_OVER);
    }

    private static LinkLoss ended(Mqtt5Disconnect disconnect) {
        String text = disconnect.getReasonString().map(Object::toString).orElse("");
        return new LinkLoss(
                "ended with " + disconnect.getReasonCode() + (text.isEmpty() ? "" : ": " + text),
                suggestion(disconnect.getUserProperties()),
                disconnect.getReasonCode().getCode() == Reasons.SESSION_TAKEN_OVER);
    }

    private static @Nullable Long suggestion(Mqtt5UserProperties properties) {
        return properties.asList().stream()
                .filter(property -> property.getName().toString().equals(WireNames.RETRY_AFTER))
                .map(property -> property.getValue().toString())
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .findFirst()
                .orElse(null);
    }
}
