package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.access.Authorizer;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Sender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong once with a publisher is answered once. */
class PublisherFaultsTest {
    @TempDir
    Path directory;

    @Test
    void aFirstMessageToANewQueueThatIsMalformedIsRejectedAndTheNextIsTaken() throws Exception {
        try (AmqpFixture server = new AmqpFixture(directory)) {
            Connection connection = server.connect("c");
            Sender relay = connection.openAnonymousSender();
            Message<String> malformed = Message.create("x").to("queue://new").replyTo("no/#/topic");
            assertThat(relay.send(malformed)
                            .awaitSettlement(30, SECONDS)
                            .remoteState()
                            .isRejected())
                    .isTrue();
            relay.send(Message.create("fine").to("queue://new")).awaitAccepted(30, SECONDS);
            assertThat(server.count(AmqpCounter.INTERNAL_ERRORS)).isZero();
        }
    }

    /** Opens sessions once it has refused the first. */
    private static final class BusyAtFirst extends ForwardingTransport {
        private final AtomicInteger opens = new AtomicInteger();

        BusyAtFirst(Transport transport) {
            super(transport);
        }

        @Override
        public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
            return opens.getAndIncrement() == 0
                    ? CompletableFuture.failedFuture(new SignalboxException(ReasonCode.BUSY, "not now"))
                    : super.open(options, lane, subscriber);
        }
    }

    @Test
    void aLinkThatIsAttachedAfterARefusalIsNotRefusedForTheOldReason() throws Exception {
        try (AmqpFixture server = new AmqpFixture(
                directory, AmqpConfig.DEFAULT, Authorizer.ALLOW_ALL, AmqpFixture.NAME_IS_PASSWORD, BusyAtFirst::new)) {
            Connection connection = server.connect("c");
            assertThatThrownBy(() -> connection.openSender("t").openFuture().get())
                    .hasStackTraceContaining("not now");
            connection.openSender("t").send(Message.create("x")).awaitAccepted(30, SECONDS);
        }
    }
}
