package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.DurabilityMode;
import org.apache.qpid.protonj2.client.ExpiryPolicy;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a subscription outlives its link (3.5.3), and what ends it before. */
class SubscriptionLifeTest {
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

    private static Receiver receiver(Connection connection, DurabilityMode durability, long timeoutSeconds)
            throws Exception {
        ReceiverOptions options = new ReceiverOptions().linkName("mine");
        options.sourceOptions()
                .durabilityMode(durability)
                .expiryPolicy(ExpiryPolicy.LINK_CLOSE)
                .timeout(timeoutSeconds);
        Receiver receiver = connection.openReceiver("news", options);
        receiver.openFuture().get();
        return receiver;
    }

    private Optional<?> session() {
        return server.broker.session("amqp:c:mine");
    }

    private void publish(Connection connection, String text) throws Exception {
        connection.openSender("news").send(Message.create(text)).awaitAccepted(30, SECONDS);
    }

    @Test
    void oneWithATimeoutIsKeptForThatLong() throws Exception {
        Connection connection = server.connect("c");
        receiver(connection, DurabilityMode.UNSETTLED_STATE, 3_600).detach();
        publish(connection, "meanwhile");
        Receiver again = receiver(connection, DurabilityMode.UNSETTLED_STATE, 1);
        assertThat(again.receive(30, SECONDS).message().body()).isEqualTo("meanwhile");
        again.detach();
        await().until(() -> session().isEmpty());
    }

    @Test
    void oneWithoutDurabilityOrTimeoutEndsWithItsLink() throws Exception {
        Connection connection = server.connect("c");
        receiver(connection, DurabilityMode.NONE, 3_600).detach();
        receiver(connection, DurabilityMode.UNSETTLED_STATE, 0).detach();
        assertThat(session()).isEmpty();
        await().until(() ->
                server.broker.sessions().stream().noneMatch(s -> s.name().startsWith("amqp:")));
    }

    @Test
    void whoeverResumesOneThatIsInUseTakesItOver() throws Exception {
        Connection first = server.connect("c");
        Receiver one = receiver(first, DurabilityMode.UNSETTLED_STATE, 3_600);
        Receiver two = receiver(server.connect("c"), DurabilityMode.UNSETTLED_STATE, 3_600);
        assertThatThrownBy(() -> one.receive(30, SECONDS)).hasStackTraceContaining("amqp:link:stolen");
        publish(first, "for the second");
        assertThat(two.receive(30, SECONDS).message().body()).isEqualTo("for the second");
    }

    @Test
    void oneThatAnOperatorEndsIsClosedWithTheReason() throws Exception {
        Receiver receiver = receiver(server.connect("c"), DurabilityMode.UNSETTLED_STATE, 3_600);
        assertThat(server.broker.removeSession("amqp:c:mine")).isTrue();
        assertThatThrownBy(() -> receiver.receive(30, SECONDS)).hasStackTraceContaining("amqp:resource-deleted");
    }
}
