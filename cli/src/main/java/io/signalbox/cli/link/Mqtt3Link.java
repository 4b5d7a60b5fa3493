package io.signalbox.cli.link;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAckReturnCode;
import com.hivemq.client.mqtt.mqtt3.message.unsubscribe.Mqtt3Unsubscribe;
import io.signalbox.cli.link.LinkException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** MQTT 3.1.1, which has no properties: those of a message are refused, those of a server never arrive. */
final class Mqtt3Link extends MqttLink {
    private final Mqtt3AsyncClient client;

    Mqtt3Link(Mqtt3AsyncClient client, MqttOptions options, Reconnection reconnection, Patience patience) {
        super(options, reconnection, patience);
        this.client = client;
    }

    @Override
    void receive(Consumer<Incoming> receiver, Executor executor) {
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> receiver.accept(incoming(publish)), executor, true);
    }

    @Override
    CompletableFuture<?> connect() {
        return client.connect(connect(options));
    }

    private static Mqtt3Connect connect(MqttOptions options) {
        Mqtt3ConnectBuilder connect =
                Mqtt3Connect.builder().cleanSession(options.cleanStart()).keepAlive(options.keepAliveSeconds());
        String user = options.server().user();
        byte[] password = options.server().password();
        if (user != null && password != null) {
            connect = connect.simpleAuth().username(user).password(password).applySimpleAuth();
        } else if (user != null) {
            connect = connect.simpleAuth().username(user).applySimpleAuth();
        } else if (password != null) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 has no password without a user name; add -u NAME, or use -V 5");
        }
        Will will = options.will();
        if (will != null) {
            connect = connect.willPublish(wire(will.message()));
        }
        return connect.build();
    }

    private static Mqtt3Publish wire(Outgoing message) {
        return Mqtt3Publish.builder()
                .topic(message.topic())
                .payload(message.payload())
                .qos(qos(message.qos()))
                .retain(message.retain())
                .build();
    }

    private static Incoming incoming(Mqtt3Publish publish) {
        return new Incoming(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain(),
                PublishProperties.NONE,
                publish::acknowledge);
    }

    @Override
    CompletableFuture<?> send(Outgoing message) {
        return client.publish(wire(message));
    }

    @Override
    public List<Integer> subscribe(Filters filters) throws LinkException {
        Mqtt3Subscribe subscribe = Mqtt3Subscribe.builder()
                .addSubscriptions(filters.filters().stream()
                        .map(filter -> Mqtt3Subscription.builder()
                                .topicFilter(filter)
                                .qos(qos(filters.qos()))
                                .build())
                        .collect(Collectors.toList()))
                .build();
        List<Integer> granted = await(client.subscribe(subscribe)).getReturnCodes().stream()
                .map(Mqtt3SubAckReturnCode::getCode)
                .toList();
        if (granted.stream().anyMatch(code -> code > 2)) {
            throw new LinkException(Kind.NOT_PERMITTED, "the subscription was refused; MQTT 5 (-V 5) would say why");
        }
        return granted;
    }

    @Override
    CompletableFuture<?> leave(List<MqttTopicFilter> filters) {
        return client.unsubscribe(
                Mqtt3Unsubscribe.builder().addTopicFilters(filters).build());
    }

    @Override
    CompletableFuture<?> disconnect() {
        return client.disconnect();
    }

    @Override
    public CompletableFuture<Incoming> request(Outgoing question, Duration patience) {
        return CompletableFuture.failedFuture(
                new LinkException(Kind.REFUSED, "MQTT 3.1.1 has no reply topics; use MQTT 5 (-V 5)"));
    }
}
