package io.signalbox.cli.link;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictionsBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5WillPublish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5SubscribeBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** MQTT 5. */
final class Mqtt5Link extends MqttLink {
    private final Mqtt5AsyncClient client;
    private final MqttRequests requests;

    Mqtt5Link(Mqtt5AsyncClient client, MqttOptions options, Reconnection reconnection, Patience patience) {
        super(options, reconnection, patience);
        this.client = client;
        this.requests = new MqttRequests(client, options);
    }

    @Override
    void receive(Consumer<Incoming> receiver, Executor executor) {
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> receiver.accept(incoming(publish)), executor, true);
    }

    @Override
    CompletableFuture<?> connect() {
        return client.connect(connect(options));
    }

    private static Mqtt5Connect connect(MqttOptions options) {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(options.cleanStart())
                .keepAlive(options.keepAliveSeconds())
                .sessionExpiryInterval(options.sessionExpirySeconds())
                .userProperties(properties(options.userProperties()))
                .restrictions(restrictions(options));
        String user = options.server().user();
        byte[] password = options.server().password();
        if (user != null && password != null) {
            connect = connect.simpleAuth().username(user).password(password).applySimpleAuth();
        } else if (user != null) {
            connect = connect.simpleAuth().username(user).applySimpleAuth();
        } else if (password != null) {
            connect = connect.simpleAuth().password(password).applySimpleAuth();
        }
        Will will = options.will();
        if (will != null) {
            connect = connect.willPublish(will(will));
        }
        return connect.build();
    }

    private static Mqtt5ConnectRestrictions restrictions(MqttOptions options) {
        Mqtt5ConnectRestrictionsBuilder restrictions = Mqtt5ConnectRestrictions.builder();
        if (options.receiveMaximum() > 0) {
            restrictions = restrictions.receiveMaximum(options.receiveMaximum());
        }
        if (options.packetBytesMax() > 0) {
            restrictions = restrictions.maximumPacketSize(options.packetBytesMax());
        }
        return restrictions.build();
    }

    private static Mqtt5WillPublish will(Will will) {
        return wire(will.message())
                .asWill()
                .extendAsWill()
                .delayInterval(will.delaySeconds())
                .build();
    }

    static Mqtt5Publish wire(Outgoing message) {
        Mqtt5PublishBuilder.Complete publish = Mqtt5Publish.builder()
                .topic(message.topic())
                .payload(message.payload())
                .qos(qos(message.qos()))
                .retain(message.retain());
        PublishProperties properties = message.properties();
        if (properties.isEmpty()) {
            return publish.build();
        }
        if (properties.expirySeconds() >= 0) {
            publish = publish.messageExpiryInterval(properties.expirySeconds());
        }
        Boolean utf8 = properties.utf8();
        if (utf8 != null) {
            publish = publish.payloadFormatIndicator(
                    utf8 ? Mqtt5PayloadFormatIndicator.UTF_8 : Mqtt5PayloadFormatIndicator.UNSPECIFIED);
        }
        return publish.contentType(properties.contentType())
                .responseTopic(properties.responseTopic())
                .correlationData(properties.correlation())
                .userProperties(properties(properties.user()))
                .build();
    }

    static Incoming incoming(Mqtt5Publish publish) {
        return new Incoming(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain(),
                new PublishProperties(
                        publish.getMessageExpiryInterval().orElse(-1),
                        publish.getPayloadFormatIndicator()
                                .map(format -> format == Mqtt5PayloadFormatIndicator.UTF_8)
                                .orElse(null),
                        publish.getContentType().map(MqttUtf8String::toString).orElse(null),
                        publish.getResponseTopic().map(MqttUtf8String::toString).orElse(null),
                        publish.getCorrelationData().map(Mqtt5Link::bytes).orElse(null),
                        publish.getUserProperties().asList().stream()
                                .map(p -> new UserProperty(
                                        p.getName().toString(), p.getValue().toString()))
                                .toList()),
                publish::acknowledge);
    }

    @Override
    CompletableFuture<?> send(Outgoing message) {
        return client.publish(wire(message))
                .thenAccept(result -> result.getError().ifPresent(refused -> {
                    throw new CompletionException(refused);
                }));
    }

    @Override
    public List<Integer> subscribe(Filters filters) throws LinkException {
        Mqtt5SubscribeBuilder.Complete subscribe = Mqtt5Subscribe.builder()
                .addSubscriptions(filters.filters().stream()
                        .map(filter -> Mqtt5Subscription.builder()
                                .topicFilter(filter)
                                .qos(qos(filters.qos()))
                                .noLocal(filters.noLocal())
                                .retainAsPublished(filters.retainAsPublished())
                                .retainHandling(retainHandling(filters.retainHandling()))
                                .build())
                        .collect(Collectors.toList()))
                .userProperties(properties(filters.userProperties()));
        return await(client.subscribe(subscribe.build())).getReasonCodes().stream()
                .map(Mqtt5SubAckReasonCode::getCode)
                .toList();
    }

    @Override
    CompletableFuture<?> leave(List<MqttTopicFilter> filters) {
        return client.unsubscribe(
                Mqtt5Unsubscribe.builder().addTopicFilters(filters).build());
    }

    @Override
    CompletableFuture<?> disconnect() {
        return client.disconnect();
    }

    @Override
    public CompletableFuture<Incoming> request(Outgoing question, Duration patience) {
        return requests.ask(question);
    }

    private static Mqtt5RetainHandling retainHandling(int code) {
        Mqtt5RetainHandling handling = Mqtt5RetainHandling.fromCode(code);
        if (handling == null) {
            throw new IllegalArgumentException("retain handling is " + code + "; it must be 0, 1 or 2");
        }
        return handling;
    }

    private static Mqtt5UserProperties properties(List<UserProperty> properties) {
        Mqtt5UserPropertiesBuilder builder = Mqtt5UserProperties.builder();
        for (UserProperty property : properties) {
            builder = builder.add(property.name(), property.value());
        }
        return builder.build();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
