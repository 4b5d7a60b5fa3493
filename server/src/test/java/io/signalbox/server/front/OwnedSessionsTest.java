package io.signalbox.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.bridge.BridgeConfig;
import io.signalbox.transports.memory.MemoryTransport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transport that asks nobody about rights, with the server's rules in front of it. */
final class OwnedSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Topics that a test forbids to everybody. */
    private static final class Rules implements Authorizer {
        private volatile Set<String> secret = Set.of("market/secret");
        private volatile long epoch;

        void keepSecret(String... topics) {
            secret = Set.of(topics);
            epoch++;
        }

        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return !secret.contains(topic.text());
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return epoch;
        }
    }

    private final Rules rules = new Rules();
    private final MemoryTransport engine = MemoryTransport.open();
    private final OwnedSessions one = new OwnedSessions(engine, rules);
    /** Another server before the same engine. */
    private final OwnedSessions other = new OwnedSessions(engine, rules);

    @AfterEach
    void close() {
        engine.close();
    }

    private static TestClient open(Transport front, String user, String name) {
        SessionOptions options = SessionOptions.durableSession(name)
                .withPrincipal(user.isEmpty() ? Principal.anonymous(name) : Principal.user(user, name));
        return TestClient.open(front, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private void publish(String topic, String payload) {
        TestClient.get(
                engine.publish(Message.to(Topic.ofMqtt(topic)).payload(payload).build()), PATIENCE);
    }

    private static List<String> payloads(TestClient client) {
        return client.received().deliveries().stream().map(Delivery::payload).toList();
    }

    @Test
    void aDeniedTopicWithinAGrantedFilterIsHeldBack() {
        TestClient bob = open(one, "bob", "b").subscribe("market/#");
        publish("market/secret", "hidden");
        publish("market/open", "seen");
        bob.received().awaitPayloads("seen");
        bob.fence();
        assertThat(payloads(bob)).containsExactly("seen");
        assertThat(one.withheldCount()).isEqualTo(1);
    }

    @Test
    void whatIsHeldBackIsSettledAndTakesNoCredit() {
        SessionOptions narrow = SessionOptions.durableSession("n")
                .withPrincipal(Principal.user("bob", "n"))
                .withUnsettledMax(1);
        TestClient bob =
                TestClient.open(one, narrow, SettleBehaviour.ACCEPT, PATIENCE).subscribe("market/#");
        for (int i = 0; i < 20; i++) {
            publish("market/secret", "hidden");
        }
        publish("market/open", "seen");
        bob.received().awaitPayloads("seen");
        bob.detach();
        rules.keepSecret();
        TestClient again = TestClient.open(one, narrow, SettleBehaviour.ACCEPT, PATIENCE);
        publish("market/open", "later");
        again.received().awaitPayloads("later");
        assertThat(payloads(again)).containsExactly("later");
    }

    @Test
    void aRightThatIsTakenBackCountsForLiveQueuedAndResumedSessions() {
        TestClient live = open(one, "bob", "live").subscribe("market/#");
        TestClient queued = open(one, "bob", "queued").subscribe("market/#");
        publish("market/open", "before");
        live.received().awaitPayloads("before");
        queued.received().awaitPayloads("before");
        queued.detach();
        publish("market/open", "while it is away");
        live.received().awaitPayloads("before", "while it is away");
        rules.keepSecret("market/open");
        publish("market/open", "after");
        live.fence();
        assertThat(payloads(live)).containsExactly("before", "while it is away");
        TestClient resumed = open(other, "bob", "queued");
        assertThat(resumed.session().resumed()).isTrue();
        resumed.fence();
        assertThat(payloads(resumed)).isEmpty();
    }

    @Test
    void nobodyResumesEndsOrTakesOverTheSessionOfAnotherUser() {
        TestClient alice = open(one, "alice", "reader").subscribe("market/#");
        alice.detach();
        publish("market/open", "for alice");
        for (String stranger : List.of("mallory", "")) {
            TestClient mallory = open(other, stranger, "reader");
            assertThat(mallory.session().resumed()).as(stranger).isFalse();
            mallory.fence();
            assertThat(payloads(mallory)).as(stranger).isEmpty();
            TestClient.get(mallory.session().remove(), PATIENCE);
        }
        TestClient again = open(other, "alice", "reader");
        assertThat(again.session().resumed()).isTrue();
        assertThat(again.session().name()).isEqualTo("reader");
        again.received().awaitPayloads("for alice");
    }

    @Test
    void noTwoPrincipalsShareANameWhateverTheyAreCalled() {
        List<String> texts = List.of("", "a", "@", ":", "@1:a:", "1:a", "@:", "@1:a:b", "a:b", "b");
        Set<String> names = new HashSet<>();
        int count = 0;
        for (String name : texts) {
            assertThat(names.add(OwnedSessions.nameAtEngine(Principal.anonymous(name), name)))
                    .isTrue();
            count++;
            for (String user : texts) {
                assertThat(names.add(OwnedSessions.nameAtEngine(Principal.user(user, name), name)))
                        .as(user + " / " + name)
                        .isTrue();
                count++;
            }
        }
        assertThat(names).hasSize(count);
    }

    @Test
    void noClientMayHaveTheSessionOfABridge() {
        String session = BridgeConfig.of("orders", "#").sessionName();
        for (String user : List.of("", "bridge", "bridge:orders")) {
            TestClient client = open(one, user, session);
            assertThat(client.session().name()).isEqualTo(session);
            client.detach();
            TestClient bridge =
                    TestClient.open(engine, SessionOptions.durableSession(session), SettleBehaviour.ACCEPT, PATIENCE);
            assertThat(bridge.session().resumed())
                    .as("that of '%s' is the bridge's", user)
                    .isFalse();
            TestClient.get(bridge.session().remove(), PATIENCE);
        }
    }
}
