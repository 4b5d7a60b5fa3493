package io.signalbox.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.signalbox.gateway.mqtt.connection.ConnectionInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real client, a real network, the embedded broker. */
public class GatewayFlowTest {
    @TempDir
    Path directory;

    private GatewayFixture server;
    private final List<Mqtt5BlockingClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        server = new GatewayFixture(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Mqtt5BlockingClient client(String id) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(server.port)
                .buildBlocking();
        clients.add(client);
        return client;
    }

    private static LinkedBlockingQueue<Mqtt5Publish> inbox(Mqtt5BlockingClient client) {
        LinkedBlockingQueue<Mqtt5Publish> inbox = new LinkedBlockingQueue<>();
        client.toAsync().publishes(MqttGlobalPublishFilter.ALL, inbox::add);
        return inbox;
    }

    private static List<String> numbered(int from) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < 50; i += 2) {
            texts.add("m" + i);
        }
        return texts;
    }

    private static String reason(Throwable cause) {
        return cause instanceof Mqtt5DisconnectException told
                ? told.getMqttMessage().getReasonCode().toString()
                : cause.toString();
    }

    private static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(MqttQos.class)
    void messagesArriveInOrderAtEveryQos(MqttQos qos) throws Exception {
        Mqtt5BlockingClient subscriber = client("subscriber");
        LinkedBlockingQueue<Mqtt5Publish> inbox = inbox(subscriber);
        subscriber.connect();
        subscriber.subscribeWith().topicFilter("a/+").qos(qos).send();
        Mqtt5BlockingClient publisher = client("publisher");
        publisher.connect();
        for (int i = 0; i < 200; i++) {
            publisher
                    .publishWith()
                    .topic("a/b")
                    .qos(qos)
                    .payload(("m" + i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        for (int i = 0; i < 200; i++) {
            Mqtt5Publish publish = inbox.poll(60, TimeUnit.SECONDS);
            assertThat(publish).isNotNull();
            assertThat(text(publish)).isEqualTo("m" + i);
            assertThat(publish.getQos()).isEqualTo(qos);
        }
        assertThat(inbox).isEmpty();
    }

    @Test
    void versions311And5TalkToEachOther() throws Exception {
        Mqtt3BlockingClient old = Mqtt3Client.builder()
                .identifier("old")
                .serverHost("127.0.0.1")
                .serverPort(server.port)
                .buildBlocking();
        old.connect();
        Mqtt5BlockingClient young = client("young");
        LinkedBlockingQueue<Mqtt5Publish> inbox = inbox(young);
        young.connect();
        young.subscribeWith().topicFilter("from/old").qos(MqttQos.EXACTLY_ONCE).send();
        old.publishWith()
                .topic("from/old")
                .qos(MqttQos.EXACTLY_ONCE)
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(text(inbox.poll(60, TimeUnit.SECONDS))).isEqualTo("x");
        assertThat(server.gateway.connections())
                .extracting(ConnectionInfo::clientId, ConnectionInfo::protocol)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("old", "mqtt 3.1.1"),
                        org.assertj.core.groups.Tuple.tuple("young", "mqtt 5"));
    }

    @Test
    void aSessionIsResumedWithWhatCameMeanwhile() throws Exception {
        Mqtt5BlockingClient away = client("away");
        away.connectWith().cleanStart(true).sessionExpiryInterval(600).send();
        away.subscribeWith().topicFilter("t/#").qos(MqttQos.EXACTLY_ONCE).send();
        away.disconnect();
        Mqtt5BlockingClient publisher = client("publisher");
        publisher.connect();
        for (int i = 0; i < 50; i++) {
            publisher
                    .publishWith()
                    .topic("t/" + i % 3)
                    .qos(i % 2 == 0 ? MqttQos.AT_LEAST_ONCE : MqttQos.EXACTLY_ONCE)
                    .payload(("m" + i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        LinkedBlockingQueue<Mqtt5Publish> inbox = inbox(away);
        assertThat(away.connectWith()
                        .cleanStart(false)
                        .sessionExpiryInterval(600)
                        .send()
                        .isSessionPresent())
                .isTrue();
        List<String> once = new ArrayList<>();
        List<String> exactlyOnce = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Mqtt5Publish publish = inbox.poll(60, TimeUnit.SECONDS);
            assertThat(publish).isNotNull();
            (publish.getQos() == MqttQos.AT_LEAST_ONCE ? once : exactlyOnce).add(text(publish));
        }
        // MQTT 5, 4.6: order holds per topic and QoS
        assertThat(once).containsExactlyElementsOf(numbered(0));
        assertThat(exactlyOnce).containsExactlyElementsOf(numbered(1));
    }

    @Test
    void theSameClientIdTakesOver() {
        Mqtt5BlockingClient first = client("same");
        LinkedBlockingQueue<String> reasons = new LinkedBlockingQueue<>();
        Mqtt5BlockingClient watched = Mqtt5Client.builder()
                .identifier("same")
                .serverHost("127.0.0.1")
                .serverPort(server.port)
                .addDisconnectedListener(context -> reasons.add(reason(context.getCause())))
                .buildBlocking();
        watched.connect();
        first.connect();
        await().until(() -> !reasons.isEmpty());
        assertThat(reasons.toString()).contains("SESSION_TAKEN_OVER");
        await().until(() -> server.gateway.connections().size() == 1);
    }

    @Test
    void aDelayedWillComesAtTheEndOfTheSessionUnlessItsClientReturns() throws Exception {
        Mqtt5BlockingClient heir = client("heir");
        LinkedBlockingQueue<Mqtt5Publish> inbox = inbox(heir);
        heir.connect();
        heir.subscribeWith().topicFilter("will/#").send();
        // The one that returns has seconds to do so, and would be heard of first if it were too late.
        for (String id : List.of("returns", "stays-away")) {
            client(id)
                    .connectWith()
                    .cleanStart(true)
                    .sessionExpiryInterval(600)
                    .willPublish(Mqtt5Publish.builder()
                            .topic("will/" + id)
                            .asWill()
                            .delayInterval(id.equals("returns") ? 5 : 6)
                            .build())
                    .send();
            server.gateway.disconnect(id);
        }
        await().until(() -> server.gateway.connections().size() == 1);
        client("returns")
                .connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(600)
                .send();
        Mqtt5Publish will = inbox.poll(60, TimeUnit.SECONDS);
        assertThat(will).isNotNull();
        assertThat(will.getTopic().toString()).isEqualTo("will/stays-away");
        assertThat(inbox).isEmpty();
    }

    @Test
    void aTakeoverThatResumesKeepsTheDelayedWillBack() throws Exception {
        Mqtt5BlockingClient heir = client("heir");
        LinkedBlockingQueue<Mqtt5Publish> inbox = inbox(heir);
        heir.connect();
        heir.subscribeWith().topicFilter("will/#").send();
        for (int life = 1; life <= 3; life++) {
            client("c")
                    .connectWith()
                    .cleanStart(life != 2)
                    .sessionExpiryInterval(600)
                    .willPublish(Mqtt5Publish.builder()
                            .topic("will/c")
                            .payload(("of life " + life).getBytes(StandardCharsets.UTF_8))
                            .asWill()
                            .delayInterval(500)
                            .build())
                    .send();
        }
        // the first was resumed by the second; the second was ended by the third
        assertThat(text(inbox.poll(60, TimeUnit.SECONDS))).isEqualTo("of life 2");
        Mqtt5BlockingClient fence = client("fence");
        fence.connect();
        fence.publishWith()
                .topic("will/fence")
                .payload("the end".getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(text(inbox.poll(60, TimeUnit.SECONDS))).isEqualTo("the end");
        assertThat(inbox).isEmpty();
    }

    @Test
    void retainedMessagesAndHistoryComeWithTheSubscription() throws Exception {
        Mqtt5BlockingClient publisher = client("publisher");
        publisher.connect();
        for (int i = 0; i < 5; i++) {
            publisher
                    .publishWith()
                    .topic("h/t")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(i == 4)
                    .payload(("m" + i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        Mqtt5BlockingClient late = client("late");
        LinkedBlockingQueue<Mqtt5Publish> inbox = inbox(late);
        late.connect();
        late.subscribeWith().topicFilter("h/#").send();
        Mqtt5Publish retained = inbox.poll(60, TimeUnit.SECONDS);
        assertThat(text(retained)).isEqualTo("m4");
        assertThat(retained.isRetain()).isTrue();

        Mqtt5BlockingClient curious = client("curious");
        LinkedBlockingQueue<Mqtt5Publish> past = inbox(curious);
        curious.connect();
        curious.subscribeWith()
                .topicFilter("h/t")
                .retainHandling(com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling.DO_NOT_SEND)
                .userProperties()
                .add("sb-from", "last=3")
                .applyUserProperties()
                .send();
        for (int i = 2; i < 5; i++) {
            assertThat(text(past.poll(60, TimeUnit.SECONDS))).isEqualTo("m" + i);
        }
    }

    @Test
    void closingTellsTheClients() {
        LinkedBlockingQueue<String> reasons = new LinkedBlockingQueue<>();
        Mqtt5Client.builder()
                .identifier("told")
                .serverHost("127.0.0.1")
                .serverPort(server.port)
                .addDisconnectedListener(context -> reasons.add(reason(context.getCause())))
                .buildBlocking()
                .connect();
        server.gateway.close();
        await().until(() -> !reasons.isEmpty());
        assertThat(reasons.toString()).contains("SERVER_SHUTTING_DOWN");
    }
}
