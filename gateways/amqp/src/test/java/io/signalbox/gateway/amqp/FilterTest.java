package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.broker.DeadLetters;
import java.nio.file.Path;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.types.Symbol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters of a source (3.5.8), and what a message tells of its deaths. */
class FilterTest {
    @TempDir
    Path directory;

    private AmqpFixture server;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        server = new AmqpFixture(directory);
        connection = server.connect("c");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Receiver receiver(String address, String filter, Object value) throws Exception {
        ReceiverOptions options = new ReceiverOptions().autoAccept(false).creditWindow(0);
        options.sourceOptions().addFilter(filter, Symbol.valueOf(filter), value);
        Receiver receiver = connection.openReceiver(address, options);
        receiver.openFuture().get();
        return receiver;
    }

    private static Object next(Receiver receiver) throws Exception {
        receiver.addCredit(1);
        Delivery delivery = receiver.receive(30, SECONDS);
        delivery.accept();
        return delivery.message().body();
    }

    @Test
    void thePastComesFirstAndThenWhatIsNew() throws Exception {
        Sender sender = connection.openSender("news");
        for (int i = 0; i < 5; i++) {
            sender.send(Message.create(i)).awaitAccepted(30, SECONDS);
        }
        Receiver receiver = receiver("news", "signalbox:from", "last=3");
        for (int i = 2; i < 5; i++) {
            assertThat(next(receiver)).isEqualTo(i);
        }
        sender.send(Message.create(5)).awaitAccepted(30, SECONDS);
        assertThat(next(receiver)).isEqualTo(5);
    }

    @Test
    void whoComesBackToADurableSubscriptionDoesNotGetThePastAgain() throws Exception {
        Sender sender = connection.openSender("news");
        sender.send(Message.create("old")).awaitAccepted(30, SECONDS);
        ReceiverOptions options = new ReceiverOptions();
        options.sourceOptions().addFilter("from", Symbol.valueOf("signalbox:from"), "all");
        Receiver first = connection.openDurableReceiver("news", "mine", options);
        assertThat(first.receive(30, SECONDS).message().body()).isEqualTo("old");
        first.detach();
        sender.send(Message.create("new")).awaitAccepted(30, SECONDS);
        Receiver again = connection.openDurableReceiver("news", "mine", options);
        assertThat(again.receive(30, SECONDS).message().body()).isEqualTo("new");
    }

    @Test
    void aPastThatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> receiver("news", "signalbox:from", "yesterday"))
                .hasStackTraceContaining("sb-from is 'yesterday'");
        assertThatThrownBy(() -> receiver("queue://q", "signalbox:from", "all"))
                .hasStackTraceContaining("queues and shared subscriptions take no selector and no past");
    }

    @Test
    void aFilterThatIsKnownIsAnsweredAndOneThatIsNotIsLeftOut() throws Exception {
        assertThat(receiver("news", "signalbox:from", "all").source().filters()).hasSize(1);
        assertThat(receiver("news", "com.microsoft:server-filter", "x").source().filters())
                .isNullOrEmpty();
    }

    @Test
    void aDrainPassesOverWhatTheSelectorDoesNotWant() throws Exception {
        Receiver receiver = receiver("news", "apache.org:selector-filter:string", "n = 9");
        Sender sender = connection.openSender("news");
        for (int i = 0; i < 10; i++) {
            sender.send(Message.create(i).property("n", i)).awaitAccepted(30, SECONDS);
        }
        receiver.addCredit(1);
        receiver.drain().get(30, SECONDS);
        assertThat(receiver.tryReceive().message().body()).isEqualTo(9);
    }

    @Test
    void aMessageThatWasDrivenBackTellsItsDeaths() throws Exception {
        Receiver receiver = connection.openReceiver("queue://work", new ReceiverOptions().autoAccept(false));
        connection
                .openSender("queue://work")
                .send(Message.create("poison").annotation("x-opt-first-death-reason", "invented"))
                .awaitAccepted(30, SECONDS);
        receiver.receive(30, SECONDS).reject("app:bad", "cannot be read");
        DeadLetters letters = server.broker.deadLetters();
        await().until(() -> letters.count() == 1);
        letters.redrive(DeadLetters.Query.all(1), null, 0, done -> {})
                .toCompletableFuture()
                .get(30, SECONDS);
        Message<?> back = receiver.receive(30, SECONDS).message();
        assertThat(back.body()).isEqualTo("poison");
        assertThat(back.annotation("x-opt-first-death-reason")).isEqualTo("rejected");
        assertThat(back.annotation("x-opt-first-death-source")).isEqualTo("queue:work");
        assertThat(back.annotation("x-opt-last-death-reason")).isEqualTo("rejected");
        assertThat(back.annotation("x-opt-death-count")).isEqualTo("1");
    }
}
