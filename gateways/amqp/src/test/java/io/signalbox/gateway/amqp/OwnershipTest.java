package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.nio.file.Path;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionSecuritySaslException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one user's clients share is theirs. Bob may receive what begins with {@code pub/}; everybody may publish. */
class OwnershipTest {
    private static final Authorizer BOB_IS_A_GUEST = new Authorizer() {
        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return !principal.name().equals("bob") || filter.text().startsWith("pub/");
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return !principal.name().equals("bob") || topic.text().startsWith("pub/");
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return 0;
        }
    };

    @TempDir
    Path directory;

    private AmqpFixture server;

    @BeforeEach
    void start() {
        server = new AmqpFixture(directory, AmqpConfig.DEFAULT, BOB_IS_A_GUEST);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Connection connect(String container, String user) throws Exception {
        return server.connect(container, AmqpFixture.options().user(user).password(user));
    }

    private static ReceiverOptions shared(String linkName, boolean durable, String... capabilities) {
        ReceiverOptions options = new ReceiverOptions().linkName(linkName);
        options.sourceOptions().capabilities(capabilities);
        if (durable) {
            options.sourceOptions()
                    .durabilityMode(org.apache.qpid.protonj2.client.DurabilityMode.UNSETTLED_STATE)
                    .expiryPolicy(org.apache.qpid.protonj2.client.ExpiryPolicy.NEVER);
        }
        return options;
    }

    private static Receiver receiver(Connection connection, String address, ReceiverOptions options) throws Exception {
        Receiver receiver = connection.openReceiver(address, options);
        receiver.openFuture().get();
        return receiver;
    }

    private static void publish(Connection connection, String address, String text) throws Exception {
        try (Sender sender = connection.openSender(address)) {
            sender.send(Message.create(text)).awaitAccepted(30, SECONDS);
        }
    }

    private static Object next(Receiver receiver) throws Exception {
        return receiver.receive(30, SECONDS).message().body();
    }

    @Test
    void whoKnowsTheNameOfAnothersSharedSubscriptionNeitherReadsNorEndsIt() throws Exception {
        Connection ann = connect("ann", "ann");
        receiver(ann, "secret/#", shared("audit|1", true, "shared", "global")).detach();
        publish(ann, "secret/plan", "for ann");
        Connection bob = connect("bob", "bob");
        Receiver own = receiver(bob, "pub/news", shared("audit|1", true, "shared", "global"));
        publish(bob, "pub/news", "for bob");
        assertThat(next(own)).isEqualTo("for bob");
        assertThat(own.tryReceive()).isNull();
        own.close();
        Receiver again = receiver(ann, "secret/#", shared("audit|2", true, "shared", "global"));
        assertThat(next(again)).isEqualTo("for ann");
    }

    @Test
    void whoTakesAnothersContainerIdGetsNothingOfItsSharedSubscription() throws Exception {
        Connection ann = connect("same", "ann");
        Receiver anns = receiver(ann, "pub/t", shared("team|1", false, "shared"));
        Receiver bobs = receiver(connect("same", "bob"), "pub/t", shared("team|2", false, "shared"));
        publish(ann, "pub/t", "1");
        publish(ann, "pub/t", "2");
        assertThat(next(anns)).isEqualTo("1");
        assertThat(next(anns)).isEqualTo("2");
        assertThat(next(bobs)).isEqualTo("1");
    }

    @Test
    void aVolatileSubscriptionTakesNothingFromADurableOneOfItsName() throws Exception {
        Connection one = connect("one", "ann");
        receiver(one, "pub/t", shared("team", true, "shared", "global")).detach();
        publish(one, "pub/t", "kept");
        Receiver passing = receiver(connect("two", "ann"), "pub/t", shared("team", false, "shared", "global"));
        passing.close();
        Receiver back = receiver(one, "pub/t", shared("team", true, "shared", "global"));
        assertThat(next(back)).isEqualTo("kept");
    }

    @Test
    void aSharedSubscriptionInUseIsNotJoinedWithAnotherExpiry() throws Exception {
        Connection ann = connect("one", "ann");
        receiver(ann, "pub/t", shared("team|1", true, "shared", "global"));
        ReceiverOptions minute = shared("team|2", false, "shared", "global");
        minute.sourceOptions()
                .durabilityMode(org.apache.qpid.protonj2.client.DurabilityMode.UNSETTLED_STATE)
                .timeout(60);
        assertThatThrownBy(() -> receiver(ann, "pub/t", minute)).hasStackTraceContaining("another expiry");
    }

    @Test
    void nobodyIsLetInAsTheUserOfTheQueues() {
        assertThatThrownBy(() -> connect("c", AmqpConfig.DEFAULT.queueUser()))
                .hasCauseInstanceOf(ClientConnectionSecuritySaslException.class);
    }

    @Test
    void aQueueIsMadeByWhoMayReceiveFromItAndUsedByWhoMayPublish() throws Exception {
        Connection bob = connect("bob", "bob");
        Sender relay = bob.openAnonymousSender();
        assertThat(relay.send(Message.create("x").to("queue://work"))
                        .awaitSettlement(30, SECONDS)
                        .remoteState()
                        .isRejected())
                .isTrue();
        assertThatThrownBy(() -> bob.openSender("queue://work").openFuture().get())
                .hasStackTraceContaining("only who may receive from it may make it");
        assertThat(server.broker.session("queue:work")).isEmpty();
        publish(connect("ann", "ann"), "queue://work", "first");
        publish(bob, "queue://work", "second");
        Receiver anns = receiver(connect("ann2", "ann"), "queue://work", new ReceiverOptions());
        assertThat(next(anns)).isEqualTo("first");
        assertThat(next(anns)).isEqualTo("second");
    }

    @Test
    void aQueueOutlivesTheLastConsumerThatClosesItsLink() throws Exception {
        Connection ann = connect("ann", "ann");
        Receiver first = receiver(ann, "queue://work", new ReceiverOptions().creditWindow(0));
        publish(ann, "queue://work", "job");
        first.close();
        assertThat(server.broker.session("queue:work")).isPresent();
        await().until(() -> server.broker.session("queue:work").orElseThrow().unsettled() == 0);
        assertThat(next(receiver(ann, "queue://work", new ReceiverOptions()))).isEqualTo("job");
    }
}
