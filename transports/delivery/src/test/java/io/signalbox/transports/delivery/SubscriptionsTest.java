package io.signalbox.transports.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.StartPosition;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class SubscriptionsTest {
    private static final Topic TOPIC = Topic.ofMqtt("a/b");
    private final Subscriptions subscriptions = new Subscriptions();

    private static FilterSpec spec(String filter, Guarantee guarantee, int id, boolean noLocal) {
        return new FilterSpec(
                TopicFilter.ofCanonical(filter),
                null,
                guarantee,
                id,
                noLocal,
                false,
                FilterSpec.RetainedDelivery.SEND,
                StartPosition.NEW,
                0);
    }

    @Test
    void allThatMatchAreUnitedWithTheHighestGuarantee() {
        subscriptions.put(spec("a/+", Guarantee.AT_MOST_ONCE, 7, false));
        subscriptions.put(spec("a/b", Guarantee.AT_LEAST_ONCE, 8, false));
        subscriptions.put(spec("x", Guarantee.AT_LEAST_ONCE, 9, false));
        Match match = Objects.requireNonNull(subscriptions.match(TOPIC, false));
        assertThat(match.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(match.subscriptionIds()).containsExactly(7, 8);
    }

    @Test
    void aChangeIsSeenByTheNextMatch() {
        subscriptions.put(spec("a/#", Guarantee.AT_LEAST_ONCE, 1, false));
        assertThat(subscriptions.match(TOPIC, false)).isNotNull();
        subscriptions.remove(Subscriptions.target(spec("a/#", Guarantee.AT_LEAST_ONCE, 1, false)));
        assertThat(subscriptions.match(TOPIC, false)).isNull();
    }

    @Test
    void ownMessagesDoNotMatchWhatIsNotLocal() {
        subscriptions.put(spec("a/#", Guarantee.AT_LEAST_ONCE, 1, true));
        assertThat(subscriptions.match(TOPIC, false)).isNotNull();
        assertThat(subscriptions.match(TOPIC, true)).isNull();
        assertThat(subscriptions.onlyNoLocal(TOPIC)).isTrue();
        subscriptions.put(spec("a/b", Guarantee.AT_MOST_ONCE, 2, false));
        assertThat(Objects.requireNonNull(subscriptions.match(TOPIC, true)).subscriptionIds())
                .containsExactly(2);
        assertThat(subscriptions.onlyNoLocal(TOPIC)).isFalse();
    }

    @Test
    void shareGroupsAreNotPartOfTheUnion() {
        subscriptions.put(spec("a/b", Guarantee.AT_LEAST_ONCE, 1, false).withShareGroup("g"));
        assertThat(subscriptions.match(TOPIC, false)).isNull();
    }

    @Test
    void veryManyTopicsAreForgottenAgain() {
        subscriptions.put(spec("t/+", Guarantee.AT_LEAST_ONCE, 1, false));
        for (int i = 0; i < 10_000; i++) {
            assertThat(subscriptions.match(Topic.ofMqtt("t/" + i), false)).isNotNull();
        }
    }
}
