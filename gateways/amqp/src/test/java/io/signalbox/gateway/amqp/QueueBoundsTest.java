package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.QueueBounds;
import io.signalbox.transport.OverflowPolicy;
import java.nio.file.Path;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five messages wait for one queue at most, and there are two queues. */
class QueueBoundsTest {
    @TempDir
    Path directory;

    private AmqpFixture server;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        QueueBounds few = new QueueBounds(5, 1 << 20, QueueBounds.DEFAULT.overflow(), OverflowPolicy.DROP_OLDEST, 2, 3);
        server = new AmqpFixture(directory, AmqpConfig.DEFAULT.withQueues(few), Authorizer.ALLOW_ALL);
        connection = server.connect("c");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static DeliveryState outcome(Sender sender, Message<?> message) throws Exception {
        return sender.send(message).awaitSettlement(30, SECONDS).remoteState();
    }

    @Test
    void whatAQueueHasAcceptedItKeepsAndRefusesMore() throws Exception {
        Sender sender = connection.openSender("queue://jobs");
        for (int i = 0; i < 5; i++) {
            assertThat(outcome(sender, Message.create(i)).isAccepted()).isTrue();
        }
        assertThat(outcome(sender, Message.create(5)).isRejected()).isTrue();
        Receiver consumer = connection.openReceiver("queue://jobs");
        for (int i = 0; i < 5; i++) {
            assertThat(consumer.receive(30, SECONDS).message().body()).isEqualTo(i);
        }
    }

    @Test
    void aSubscriptionThatEndsWithItsLinkDropsItsOldest() throws Exception {
        Receiver slow = connection.openReceiver("news", new ReceiverOptions().creditWindow(0));
        slow.openFuture().get();
        Sender sender = connection.openSender("news");
        for (int i = 0; i < 8; i++) {
            assertThat(outcome(sender, Message.create(i)).isAccepted()).isTrue();
        }
        slow.addCredit(8);
        assertThat(slow.receive(30, SECONDS).message().body()).isEqualTo(3);
    }

    @Test
    void moreQueuesThanTheLimitAreRefusedAndRoomIsSeenWhenOneIsRemoved() throws Exception {
        Sender relay = connection.openAnonymousSender();
        assertThat(outcome(relay, Message.create(1).to("queue://one")).isAccepted())
                .isTrue();
        assertThat(outcome(relay, Message.create(2).to("queue://two")).isAccepted())
                .isTrue();
        assertThat(outcome(relay, Message.create(3).to("queue://three")).isRejected())
                .isTrue();
        assertThat(outcome(relay, Message.create(2).to("queue://two")).isAccepted())
                .isTrue();
        assertThat(server.broker.removeSession("queue:one")).isTrue();
        await().until(() ->
                outcome(relay, Message.create(3).to("queue://three")).isAccepted());
        assertThat(server.broker.removeSession("queue:three")).isTrue();
        assertThat(server.broker.removeSession("queue:two")).isTrue();
        assertThat(outcome(relay, Message.create(4).to("queue://four")).isRejected())
                .as("this user has made three")
                .isTrue();
    }

    @Test
    void aQueueThatIsRemovedTakesNothingThatItDoesNotKeep() throws Exception {
        Sender sender = connection.openSender("queue://jobs");
        assertThat(outcome(sender, Message.create(1)).isAccepted()).isTrue();
        assertThat(server.broker.removeSession("queue:jobs")).isTrue();
        int kept = 0;
        for (int i = 2; i < 5; i++) {
            kept += outcome(sender, Message.create(i)).isAccepted() ? 1 : 0;
        }
        assertThat(kept).as("made again, for what comes next").isEqualTo(2);
        Receiver consumer = connection.openReceiver("queue://jobs");
        assertThat(consumer.receive(30, SECONDS).message().body()).isEqualTo(3);
        assertThat(consumer.receive(30, SECONDS).message().body()).isEqualTo(4);
    }

    @Test
    void aDynamicNodeIsNoQueueWhateverItsCapabilities() throws Exception {
        ReceiverOptions options = new ReceiverOptions();
        options.sourceOptions().capabilities("queue");
        SenderOptions sending = new SenderOptions();
        sending.targetOptions().capabilities("queue");
        for (int i = 0; i < 5; i++) {
            Receiver receiver = connection.openDynamicReceiver(null, options);
            Sender sender = connection.openSender(receiver.address(), sending);
            assertThat(outcome(sender, Message.create(i)).isAccepted()).isTrue();
            assertThat(receiver.receive(30, SECONDS).message().body()).isEqualTo(i);
            receiver.close();
            sender.close();
        }
        assertThat(server.broker.sessions()).noneMatch(session -> session.name().startsWith("queue:"));
    }
}
