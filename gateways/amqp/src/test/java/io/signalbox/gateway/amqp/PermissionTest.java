package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.Sender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everybody may use topics that begin with {@code open/}, and nobody others. */
class PermissionTest {
    /** Nothing is open to ann any more. */
    private volatile boolean closed;

    private final Authorizer openAlone = new Authorizer() {
        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return topic.text().startsWith("open/");
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return filter.text().startsWith("open/")
                    && !(closed && principal.name().equals("ann"));
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return topic.text().startsWith("open/");
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return closed ? 1 : 0;
        }
    };

    @TempDir
    Path directory;

    private AmqpFixture server;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        server = new AmqpFixture(directory, AmqpConfig.DEFAULT, openAlone);
        connection = server.connect("c", AmqpFixture.options().user("ann").password("ann"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anAttachThatIsNotPermittedIsRefusedWithTheReason() {
        for (String address : new String[] {"secret/x", "queue://secret/x", "#"}) {
            assertThatThrownBy(
                            () -> connection.openReceiver(address).openFuture().get())
                    .as(address)
                    .hasStackTraceContaining("amqp:unauthorized-access");
        }
        for (String address : new String[] {"secret/x", "queue://secret/x", "topic://secret/x"}) {
            assertThatThrownBy(() -> connection.openSender(address).openFuture().get())
                    .as(address)
                    .hasStackTraceContaining("amqp:unauthorized-access");
        }
        assertThat(server.count(AmqpCounter.ATTACH_REFUSED)).isEqualTo(6);
        assertThat(server.broker.sessions()).isEmpty();
    }

    @Test
    void onARelayEachMessageIsAskedAbout() throws Exception {
        Sender relay = connection.openAnonymousSender();
        assertThat(relay.send(Message.create("x").to("secret/x"))
                        .awaitSettlement(30, TimeUnit.SECONDS)
                        .remoteState()
                        .isRejected())
                .isTrue();
        assertThat(relay.send(Message.create("x").to("queue://secret/x"))
                        .awaitSettlement(30, TimeUnit.SECONDS)
                        .remoteState()
                        .isRejected())
                .isTrue();
        relay.send(Message.create("x").to("queue://open/x")).awaitAccepted(30, TimeUnit.SECONDS);
        assertThat(server.broker.session("queue:open/x")).isPresent();
        assertThat(server.broker.session("queue:secret/x")).isEmpty();
        Receiver receiver = connection.openReceiver("queue://open/x");
        assertThat(receiver.receive(30, TimeUnit.SECONDS).message().body()).isEqualTo("x");
    }

    @Test
    void aUserWhoseRightIsTakenBackIsSentAway() {
        server.gateway.revoke(Set.of("ann"));
        await().until(() -> server.gateway.connections().isEmpty());
    }

    @Test
    void aConsumerOfAQueueWhoLosesItsRightGetsNothingMore() throws Exception {
        Receiver receiver = connection.openReceiver("queue://open/x");
        receiver.openFuture().get();
        Sender sender = connection.openSender("queue://open/x");
        sender.send(Message.create("before")).awaitAccepted(30, TimeUnit.SECONDS);
        assertThat(receiver.receive(30, TimeUnit.SECONDS).message().body()).isEqualTo("before");
        closed = true;
        sender.send(Message.create("after")).awaitAccepted(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> receiver.receive(30, TimeUnit.SECONDS))
                .hasStackTraceContaining("the right to receive from here was taken back");
        closed = false;
        Receiver again = connection.openReceiver("queue://open/x");
        assertThat(again.receive(30, TimeUnit.SECONDS).message().body()).isEqualTo("after");
    }
}
