package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryMode;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.Tracker;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionSecuritySaslException;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of Apache Qpid ProtonJ2, over a socket. */
class ProtonClientTest {
    @TempDir
    Path directory;

    private AmqpFixture server;

    @BeforeEach
    void start() {
        server = new AmqpFixture(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Receiver receiver(Connection connection, String address, ReceiverOptions options) throws Exception {
        Receiver receiver = connection.openReceiver(address, options);
        receiver.openFuture().get();
        return receiver;
    }

    private static ReceiverOptions manual() {
        return new ReceiverOptions().autoAccept(false).autoSettle(false);
    }

    private static ReceiverOptions queue() {
        ReceiverOptions options = manual();
        options.sourceOptions().capabilities("queue");
        return options;
    }

    private static <T> Message<T> next(Receiver receiver) throws Exception {
        Delivery delivery = receiver.receive(30, SECONDS);
        assertThat(delivery).as("a delivery").isNotNull();
        Message<T> message = delivery.message();
        delivery.accept();
        return message;
    }

    private static DeliveryState outcome(Sender sender, Message<?> message) throws Exception {
        Tracker tracker = sender.send(message);
        tracker.awaitSettlement(30, SECONDS);
        return tracker.remoteState();
    }

    @Test
    void aMessageReachesWhoeverReceivesFromItsTopicWithAWildcard() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "orders/+", manual());
        Sender sender = connection.openSender("topic://orders/new");
        assertThat(outcome(sender, Message.create("an order")).isAccepted()).isTrue();
        Message<String> message = next(receiver);
        assertThat(message.body()).isEqualTo("an order");
        assertThat(message.to()).isEqualTo("orders/new");
        assertThat(server.count(AmqpCounter.MESSAGES_IN)).isEqualTo(1);
        assertThat(server.count(AmqpCounter.MESSAGES_OUT)).isEqualTo(1);
    }

    @Test
    void whatOneClientSaysOfItsMessageTheOtherHears() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "t", manual());
        Sender sender = connection.openSender("t");
        UUID correlation = UUID.randomUUID();
        Message<String> sent = Message.create("{}")
                .durable(true)
                .priority((byte) 7)
                .timeToLive(60_000)
                .messageId("m-1")
                .correlationId(correlation)
                .replyTo("topic://answers/here")
                .subject("order")
                .groupId("customer-7")
                .groupSequence(3)
                .annotation("x-opt-origin", 12)
                .property("text", "value")
                .property("int", 42)
                .property("long", 1L << 40)
                .property("flag", true)
                .property("double", 0.5)
                .property("uuid", correlation);
        sent.contentType("application/json");
        sender.send(sent).awaitAccepted();
        Message<String> got = next(receiver);
        assertThat(got.body()).isEqualTo("{}");
        assertThat(got.durable()).isTrue();
        assertThat(got.priority()).isEqualTo((byte) 7);
        assertThat(got.timeToLive()).isBetween(1L, 60_000L);
        assertThat(got.messageId()).isEqualTo("m-1");
        assertThat(got.correlationId()).isEqualTo(correlation);
        assertThat(got.replyTo()).isEqualTo("answers/here");
        assertThat(got.subject()).isEqualTo("order");
        assertThat(got.groupId()).isEqualTo("customer-7");
        assertThat(got.groupSequence()).isEqualTo(3);
        assertThat(got.contentType()).isEqualTo("application/json");
        assertThat(got.annotation("x-opt-origin")).isEqualTo(12);
        assertThat(got.property("text")).isEqualTo("value");
        assertThat(got.property("int")).isEqualTo(42);
        assertThat(got.property("long")).isEqualTo(1L << 40);
        assertThat(got.property("flag")).isEqualTo(true);
        assertThat(got.property("double")).isEqualTo(0.5);
        assertThat(got.property("uuid")).isEqualTo(correlation);
        assertThat(got.hasProperty("sb-order")).isFalse();
    }

    @Test
    void bodiesThatAreNoBytesComeBackAsTheyWere() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "t", manual());
        Sender sender = connection.openSender("t");
        Map<String, Object> map = Map.of("a", 1, "b", List.of("x", 2L));
        sender.send(Message.create(map)).awaitAccepted();
        sender.send(Message.create(new byte[] {1, 2, 3})).awaitAccepted();
        sender.send(Message.create(List.<Object>of("x", 1))).awaitAccepted();
        assertThat(ProtonClientTest.<Map<String, Object>>next(receiver).body()).isEqualTo(map);
        assertThat(ProtonClientTest.<byte[]>next(receiver).body()).containsExactly(1, 2, 3);
        assertThat(ProtonClientTest.<List<Object>>next(receiver).body()).containsExactly("x", 1);
    }

    @Test
    void aMessageOfManyFramesArrivesWhole() throws Exception {
        Connection connection = server.connect("c", AmqpFixture.options().maxFrameSize(4_096));
        Receiver receiver = receiver(connection, "t", manual());
        Sender sender = connection.openSender("t");
        byte[] large = new byte[3 << 20];
        new Random(7).nextBytes(large);
        sender.send(Message.create(large)).awaitAccepted();
        assertThat(ProtonClientTest.<byte[]>next(receiver).body()).isEqualTo(large);
        sender.send(Message.create("after")).awaitAccepted();
        assertThat(next(receiver).body()).isEqualTo("after");
    }

    @Test
    void aMessageLargerThanTheLimitDetachesItsLinkAlone() throws Exception {
        Connection connection = server.connect("c");
        Sender sender = connection.openSender("t");
        sender.openFuture().get();
        assertThatThrownBy(() -> sender.send(Message.create(new byte[9 << 20])).awaitAccepted(30, SECONDS))
                .isInstanceOf(ClientException.class);
        Sender another = connection.openSender("t");
        another.send(Message.create("small")).awaitAccepted(30, SECONDS);
    }

    @Test
    void aReleasedMessageComesAgainWithoutBlame() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "t", manual());
        connection.openSender("t").send(Message.create("once more")).awaitAccepted();
        receiver.receive(30, SECONDS).release();
        Delivery again = receiver.receive(30, SECONDS);
        assertThat(again.message().deliveryCount()).isZero();
        again.accept();
    }

    @Test
    void aModifiedMessageComesAgainAndIsCountedAsFailed() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "t", manual());
        connection.openSender("t").send(Message.create("failing")).awaitAccepted();
        receiver.receive(30, SECONDS).modified(true, false);
        Delivery again = receiver.receive(30, SECONDS);
        assertThat(again.message().deliveryCount()).isEqualTo(1);
        again.accept();
    }

    @Test
    void aRejectedMessageIsADeadLetterWithTheReason() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "t", manual());
        connection.openSender("t").send(Message.create("poison")).awaitAccepted();
        receiver.receive(30, SECONDS).reject("app:bad", "cannot be read");
        await().until(() -> !deadLetters().isEmpty());
        assertThat(deadLetters().getFirst().deaths().toString()).contains("app:bad: cannot be read");
    }

    private List<DeadLetter> deadLetters() {
        return server.broker.deadLetters().list(DeadLetters.Query.all(10));
    }

    @Test
    void aDynamicSourceIsATopicForReplies() throws Exception {
        Connection connection = server.connect("asking");
        Receiver replies = connection.openDynamicReceiver();
        replies.openFuture().get();
        assertThat(replies.address()).startsWith("reply/asking/");
        Connection other = server.connect("answering");
        Receiver requests = receiver(other, "requests", manual());
        connection
                .openSender("requests")
                .send(Message.create("?").replyTo(replies.address()).correlationId("7"))
                .awaitAccepted();
        Message<String> request = next(requests);
        Sender relay = other.openAnonymousSender();
        relay.send(Message.create("!").to(request.replyTo()).correlationId(request.correlationId()))
                .awaitAccepted();
        Message<String> reply = next(replies);
        assertThat(reply.body()).isEqualTo("!");
        assertThat(reply.correlationId()).isEqualTo("7");
    }

    @Test
    void onAnAnonymousRelayAMessageWithoutAddressIsRejected() throws Exception {
        Connection connection = server.connect("c");
        Sender relay = connection.openAnonymousSender();
        assertThat(outcome(relay, Message.create("lost")).isRejected()).isTrue();
        assertThat(outcome(relay, Message.create("wild").to("a/#")).isRejected())
                .isTrue();
        assertThat(outcome(relay, Message.create("fine").to("a/b")).isAccepted())
                .isTrue();
    }

    @Test
    void aQueueKeepsWhatComesBeforeItsConsumers() throws Exception {
        Connection connection = server.connect("c");
        Sender sender = connection.openSender("queue://work");
        for (int i = 0; i < 10; i++) {
            sender.send(Message.create("job " + i)).awaitAccepted();
        }
        Receiver consumer = receiver(connection, "work", queue());
        for (int i = 0; i < 10; i++) {
            assertThat(next(consumer).body()).isEqualTo("job " + i);
        }
    }

    @Test
    void consumersOfAQueueShareItAndGetNoMoreThanTheirCredit() throws Exception {
        Connection one = server.connect("one");
        Connection two = server.connect("two");
        Receiver slow = receiver(one, "work", queue().creditWindow(0));
        Receiver quick = receiver(two, "queue://work", manual().creditWindow(0));
        slow.addCredit(1);
        quick.addCredit(9);
        Sender sender = one.openSender("queue://work");
        for (int i = 0; i < 10; i++) {
            sender.send(Message.create(i)).awaitAccepted();
        }
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            got.add(ProtonClientTest.<Integer>next(quick).body());
        }
        got.add(ProtonClientTest.<Integer>next(slow).body());
        assertThat(got).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void whatALostConsumerHadGoesToAnother() throws Exception {
        Connection one = server.connect("one");
        Connection two = server.connect("two");
        Receiver first = receiver(one, "queue://work", manual());
        one.openSender("queue://work").send(Message.create("job")).awaitAccepted();
        assertThat(first.receive(30, SECONDS)).isNotNull();
        Receiver second = receiver(two, "queue://work", manual());
        one.close();
        assertThat(next(second).body()).isEqualTo("job");
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileItsLinkIsAway() throws Exception {
        Connection connection = server.connect("durable-client");
        Receiver receiver = connection.openDurableReceiver("news", "mine", manual());
        receiver.openFuture().get();
        receiver.detach();
        Sender sender = connection.openSender("news");
        sender.send(Message.create("meanwhile")).awaitAccepted();
        Receiver again = server.connect("durable-client").openDurableReceiver("news", "mine", manual());
        assertThat(next(again).body()).isEqualTo("meanwhile");
        assertThat(server.broker.session("amqp:durable-client:mine")).isPresent();
        again.close();
        await().until(() -> server.broker.session("amqp:durable-client:mine").isEmpty());
    }

    @Test
    void sharedSubscriptionsTakeTurns() throws Exception {
        Connection one = server.connect("one");
        ReceiverOptions options = manual().linkName("team|1").creditWindow(0);
        options.sourceOptions().capabilities("shared", "global");
        Receiver first = receiver(one, "news", options);
        ReceiverOptions others = manual().linkName("team|2").creditWindow(0);
        others.sourceOptions().capabilities("shared", "global");
        Receiver second = receiver(server.connect("two"), "news", others);
        first.addCredit(5);
        second.addCredit(5);
        Sender sender = one.openSender("news");
        for (int i = 0; i < 10; i++) {
            sender.send(Message.create(i)).awaitAccepted();
        }
        for (int i = 0; i < 5; i++) {
            next(first);
            next(second);
        }
        assertThat(first.tryReceive()).isNull();
        assertThat(second.tryReceive()).isNull();
    }

    @Test
    void preSettledBothWays() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "t", manual().deliveryMode(DeliveryMode.AT_MOST_ONCE));
        Sender sender = connection.openSender("t", new SenderOptions().deliveryMode(DeliveryMode.AT_MOST_ONCE));
        sender.send(Message.create("fire and forget"));
        Delivery delivery = receiver.receive(30, SECONDS);
        assertThat(delivery.message().body()).isEqualTo("fire and forget");
        assertThat(delivery.remoteSettled()).isTrue();
        assertThat(delivery.message().durable()).isFalse();
    }

    @Test
    void drainHandsOverWhatIsThereAndTakesTheRestOfTheCreditBack() throws Exception {
        Connection connection = server.connect("c");
        Receiver receiver = receiver(connection, "queue://work", manual().creditWindow(0));
        connection.openSender("queue://work").send(Message.create("one")).awaitAccepted();
        receiver.addCredit(10);
        receiver.drain().get(30, SECONDS);
        assertThat(next(receiver).body()).isEqualTo("one");
        connection.openSender("queue://work").send(Message.create("two")).awaitAccepted();
        assertThat(receiver.tryReceive()).isNull();
        receiver.addCredit(1);
        assertThat(next(receiver).body()).isEqualTo("two");
    }

    @Test
    void transactionsAreRefused() throws Exception {
        Connection connection = server.connect("c");
        assertThatThrownBy(() -> connection.openSession().beginTransaction())
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("transactions are not supported");
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThatThrownBy(() ->
                        server.connect("c", AmqpFixture.options().user("eve").password("guess")))
                .hasCauseInstanceOf(ClientConnectionSecuritySaslException.class);
        assertThat(server.count(AmqpCounter.SASL_FAILED)).isEqualTo(1);
    }

    @Test
    void aUserIsLetInAndMayNotSpeakForAnother() throws Exception {
        Connection connection =
                server.connect("c", AmqpFixture.options().user("ann").password("ann"));
        assertThat(server.gateway.connections().getFirst().principal()).isEqualTo("ann");
        Sender sender = connection.openSender("t");
        assertThat(outcome(sender, Message.create("me").userId("ann".getBytes(StandardCharsets.UTF_8)))
                        .isAccepted())
                .isTrue();
        assertThat(outcome(sender, Message.create("not me").userId("bob".getBytes(StandardCharsets.UTF_8)))
                        .isRejected())
                .isTrue();
    }

    @Test
    void moreLinksThanTheLimitAreRefused() throws Exception {
        AmqpLimits few = new AmqpLimits(512, 1_024, 1 << 20, 4, 2, 10, 10);
        try (AmqpFixture small =
                new AmqpFixture(directory.resolve("small"), AmqpConfig.DEFAULT.withLimits(few), Authorizer.ALLOW_ALL)) {
            Connection connection = small.connect("c");
            receiver(connection, "a", manual());
            receiver(connection, "b", manual());
            assertThatThrownBy(() -> receiver(connection, "c", manual()))
                    .hasStackTraceContaining("as many as it may have");
        }
    }

    @Test
    void aClosedConnectionLeavesNothingBehind() throws Exception {
        Connection connection = server.connect("c");
        receiver(connection, "t", manual());
        Sender sender = connection.openSender("t");
        sender.send(Message.create("x")).awaitAccepted();
        assertThat(server.count(AmqpCounter.LINKS)).isEqualTo(2);
        connection.close();
        await().until(() -> server.count(AmqpCounter.LINKS) == 0 && server.count(AmqpCounter.CONNECTED) == 0);
        await().until(() -> server.broker.sessions().isEmpty());
        assertThat(server.count(AmqpCounter.INTERNAL_ERRORS)).isZero();
    }
}
