package io.signalbox.transports.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each strategy does when its members do not do as they should. */
class StrategiesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of a member that does not answer: the test waits for that, and another member must answer within it. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final List<SwitchedTransport> members = new ArrayList<>();
    private final List<TestClient> clients = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // each test opens one
    private CompositeTransport composite;

    private CompositeTransport open(Strategy strategy, int size) {
        return open(strategy, size, PATIENCE);
    }

    private CompositeTransport open(Strategy strategy, int size, Duration answerTimeout) {
        List<Member> named = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            SwitchedTransport member = Brokers.switched();
            members.add(member);
            named.add(new Member("m" + i, member));
        }
        return open(CompositeConfig.of("c", strategy, named).withAnswerTimeout(answerTimeout));
    }

    private CompositeTransport open(CompositeConfig config) {
        composite = new CompositeTransport(config, TimeSource.monotonic());
        return composite;
    }

    @AfterEach
    void close() {
        clients.forEach(TestClient::close);
        composite.close();
    }

    private TestClient client(String name, String filter) {
        TestClient client = TestClient.open(
                        composite, SessionOptions.durableSession(name), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe(filter);
        clients.add(client);
        return client;
    }

    private static Message message(String topic, String payload) {
        return Message.to(Topic.ofMqtt(topic)).payload(payload).build();
    }

    private Receipt publish(String topic, String payload) {
        return TestClient.get(composite.publish(message(topic, payload)), PATIENCE);
    }

    private SignalboxException refusal(String payload) {
        return catchThrowableOfType(SignalboxException.class, () -> publish("a", payload));
    }

    private void awaitDown(int member) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            SignalboxException refusal = refusal("probe");
            return refusal != null && String.valueOf(refusal.getMessage()).contains("m" + member + " is down");
        });
    }

    // All

    @Test
    void allReachesTheLowestDurabilityOfItsMembers() {
        open(Strategy.ALL, 2);
        client("s", "a");
        assertThat(publish("a", "x").durability()).isEqualTo(Durability.SYNCED);
        assertThat(members).allSatisfy(m -> assertThat(m.takenTexts()).containsExactly("x"));
    }

    @Test
    void allSendsNobodyAMessageWhenAMemberIsKnownToBeDown() {
        open(Strategy.ALL, 2);
        members.get(1).mode(Mode.DOWN);
        awaitDown(1);
        int before = members.get(0).taken().size();
        assertThat(refusal("x").reason()).isEqualTo(ReasonCode.BUSY);
        assertThat(members.get(0).taken()).hasSize(before);
    }

    @Test
    void allAnswersPartialWithTheNamesWhenAMemberRefuses() {
        open(Strategy.ALL, 3);
        members.get(1).mode(Mode.REFUSING);
        SignalboxException refusal = refusal("x");
        assertThat(refusal.reason()).isEqualTo(ReasonCode.PARTIAL);
        assertThat(refusal).hasMessageContaining("m0, m2").hasMessageContaining("m1: busy");
    }

    @Test
    void aMemberThatNeverAnswersCountsAsHavingRefused() {
        open(Strategy.ALL, 2, SILENCE);
        members.get(1).mode(Mode.HANGING);
        SignalboxException refusal = refusal("x");
        assertThat(refusal.reason()).isEqualTo(ReasonCode.PARTIAL);
        assertThat(refusal).hasMessageContaining("no answer within 2000 ms");
    }

    @Test
    void whatAllRefuseIsRefusedForTheirReason() {
        open(Strategy.ALL, 2);
        members.forEach(m -> m.mode(Mode.TOO_LARGE));
        assertThat(refusal("x").reason()).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE);
    }

    @Test
    void publishingAPartialMessageAgainWithItsIdArrivesOnce() {
        open(Strategy.ALL, 2);
        TestClient client = client("s", "a");
        Message message = message("a", "x").toBuilder()
                .properties(MessageProperties.builder().id("id-1").build())
                .build();
        members.get(1).mode(Mode.REFUSING);
        assertThatThrownBy(() -> TestClient.get(composite.publish(message), PATIENCE))
                .isInstanceOf(SignalboxException.class);
        members.get(1).mode(Mode.UP);
        assertThat(TestClient.get(composite.publish(message), PATIENCE).outcome())
                .isEqualTo(Receipt.Outcome.ROUTED);
        client.fence();
        assertThat(client.received().payloads()).containsExactly("x");
    }

    // Any and quorum

    @Test
    void anyIsContentWithOne() {
        open(Strategy.ANY, 3);
        members.get(0).mode(Mode.DOWN);
        members.get(1).mode(Mode.HANGING);
        publish("a", "x");
        assertThat(members.get(2).takenTexts()).containsExactly("x");
    }

    @Test
    void aQuorumGoesOnWithOneDownAndNothingArrivesTwice() {
        open(new Strategy.Quorum(2), 3);
        TestClient client = client("s", "a");
        for (int i = 0; i < 30; i++) {
            if (i == 10) {
                members.get(1).mode(Mode.DOWN);
            } else if (i == 20) {
                members.get(1).mode(Mode.UP);
            }
            publish("a", "m" + i);
        }
        client.received().awaitCount(30);
        client.fence();
        assertThat(client.received().payloads())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 30).mapToObj(i -> "m" + i).toList());
        assertThat(composite.counts().get(1).refused()).isEqualTo(10);
    }

    @Test
    void aQuorumThatIsMissedIsPartial() {
        open(new Strategy.Quorum(2), 3);
        members.get(0).mode(Mode.REFUSING);
        members.get(2).mode(Mode.REFUSING);
        assertThat(refusal("x").reason()).isEqualTo(ReasonCode.PARTIAL);
    }

    @Test
    void aQuorumLargerThanTheMembersIsRefusedAtTheStart() {
        assertThatThrownBy(() -> open(new Strategy.Quorum(4), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("quorum of 4");
        open(Strategy.ANY, 1);
    }

    @Test
    void aMemberThatWasAbsentAtTheOpeningJoinsLater() {
        open(new Strategy.Quorum(1), 2);
        members.get(1).mode(Mode.DOWN);
        TestClient client = client("s", "a");
        members.get(1).mode(Mode.UP);
        members.get(0).mode(Mode.REFUSING);
        // Only the one that joined late can bring it.
        Awaitility.await().atMost(PATIENCE).until(() -> {
            publish("a", "late");
            return client.received().payloads().contains("late");
        });
    }

    // Split

    @Test
    void aSplitByKeySendsEachKeyToOneMemberAndUsesThemAll() {
        open(Strategy.SPLIT_BY_KEY, 3);
        for (int round = 0; round < 3; round++) {
            for (int key = 0; key < 30; key++) {
                TestClient.get(composite.publish(keyed("k" + key, "k" + key + ":" + round)), PATIENCE);
            }
        }
        Set<String> seen = new TreeSet<>();
        for (SwitchedTransport member : members) {
            Set<String> keys = new TreeSet<>();
            member.takenTexts().forEach(text -> keys.add(text.substring(0, text.indexOf(':'))));
            assertThat(keys).isNotEmpty().hasSizeLessThan(30);
            assertThat(member.taken()).hasSize(3 * keys.size());
            seen.addAll(keys);
        }
        assertThat(seen).hasSize(30);
    }

    private static Message keyed(String key, String payload) {
        return message("a", payload).toBuilder()
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
    }

    @Test
    void aMemberOfASplitThatIsDownRefusesItsOwnMessagesAlone() {
        List<SplitBy.TopicRule> rules = List.of(new SplitBy.TopicRule(TopicFilter.ofMqtt("a/#"), "m0"));
        open(new Strategy.Split(new SplitBy.Topics(rules, "m1")), 2);
        members.get(0).mode(Mode.DOWN);
        assertThatThrownBy(() -> publish("a/1", "x")).hasMessageContaining("m0");
        publish("b", "y");
        assertThat(members.get(1).takenTexts()).containsExactly("y");
        assertThat(composite.health().status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void aSplitThatNamesAStrangerIsRefusedAtTheStart() {
        assertThatThrownBy(() -> open(new Strategy.Split(new SplitBy.Topics(List.of(), "m9")), 2))
                .hasMessageContaining("'m9'");
        open(Strategy.ANY, 1);
    }

    // Fallback

    @Test
    void fallbackSwitchesAtTheFirstFailureAndStaysForAWhile() {
        open(new Strategy.Fallback(Duration.ofHours(1)), 2);
        TestClient client = client("s", "a");
        publish("a", "first");
        members.get(0).mode(Mode.DOWN);
        publish("a", "second");
        assertThat(members.get(1).takenTexts()).containsExactly("second");
        members.get(0).mode(Mode.UP);
        publish("a", "still the second member's");
        assertThat(members.get(1).takenTexts()).containsExactly("second", "still the second member's");
        client.fence();
        assertThat(client.received().payloads())
                .containsExactlyInAnyOrder("first", "second", "still the second member's");
    }

    @Test
    void fallbackReturnsToTheFirstMemberAfterAWhile() {
        open(new Strategy.Fallback(Duration.ofMillis(400)), 2);
        TestClient client = client("s", "a");
        members.get(0).mode(Mode.DOWN);
        publish("a", "first");
        assertThat(members.get(1).takenTexts()).containsExactly("first");
        members.get(0).mode(Mode.UP);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            publish("a", "returned?");
            return members.get(0).takenTexts().contains("returned?");
        });
        client.fence();
        assertThat(client.received().payloads()).contains("first", "returned?");
    }

    @Test
    void aMessageThatNoMemberWouldTakeDoesNotMakeItSwitch() {
        open(new Strategy.Fallback(), 2);
        members.get(0).mode(Mode.TOO_LARGE);
        assertThat(refusal("x").reason()).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE);
        assertThat(members.get(1).taken()).isEmpty();
        members.get(0).mode(Mode.UP);
        publish("a", "y");
        assertThat(members.get(0).takenTexts()).containsExactly("y");
    }

    @Test
    void aLostAnswerMakesAMessageGoTwoWaysAndArriveOnce() {
        open(new Strategy.Fallback(), 2, SILENCE);
        TestClient client = client("s", "a");
        members.get(0).mode(Mode.SILENT);
        publish("a", "x");
        assertThat(members.get(0).takenTexts()).containsExactly("x");
        assertThat(members.get(1).takenTexts()).containsExactly("x");
        members.get(0).mode(Mode.UP);
        client.fence();
        assertThat(client.received().payloads()).containsExactly("x");
    }

    @Test
    void whenNobodyTakesItTheRefusalNamesThemAll() {
        open(new Strategy.Fallback(), 2);
        members.forEach(m -> m.mode(Mode.REFUSING));
        assertThat(refusal("x")).hasMessageContaining("m0: ").hasMessageContaining("m1: ");
    }

    // By type

    @Test
    void eachMessageTypeMayHaveItsOwnStrategy() {
        members.add(Brokers.switched());
        members.add(Brokers.switched());
        open(CompositeConfig.of(
                        "c",
                        new Strategy.Fallback(),
                        List.of(new Member("m0", members.get(0)), new Member("m1", members.get(1))))
                .withRules(List.of(
                        new CompositeConfig.Rule.OfType("Payment", Strategy.ALL),
                        new CompositeConfig.Rule.OfTopic(TopicFilter.ofMqtt("audit/#"), Strategy.ALL))));
        publish("a", "note");
        publish("audit/x", "audited");
        TestClient.get(
                composite.publish(message("a", "paid").toBuilder()
                        .properties(MessageProperties.builder()
                                .schema("Payment", "1")
                                .build())
                        .build()),
                PATIENCE);
        assertThat(members.get(0).takenTexts()).containsExactly("note", "audited", "paid");
        assertThat(members.get(1).takenTexts()).containsExactly("audited", "paid");
    }
}
