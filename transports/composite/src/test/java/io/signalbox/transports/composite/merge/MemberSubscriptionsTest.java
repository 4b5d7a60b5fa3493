package io.signalbox.transports.composite.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Admission;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.Brokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemberSubscriptionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final FilterSpec SPEC = FilterSpec.of(TopicFilter.ofMqtt("a/#"), Guarantee.AT_LEAST_ONCE);

    private final EmbeddedBroker broker = Brokers.open();
    private final TestClient client =
            TestClient.open(broker, SessionOptions.transientSession("any"), SettleBehaviour.ACCEPT, PATIENCE);

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    /** Has what it is told to have, and says whether it was there before. */
    private static final class Member extends ForwardingSession {
        final List<Session.Target> unsubscribed = new ArrayList<>();
        private final boolean resumed;

        Member(Session session, boolean resumed) {
            super(session);
            this.resumed = resumed;
        }

        @Override
        public boolean resumed() {
            return resumed;
        }

        @Override
        public CompletionStage<List<Boolean>> unsubscribe(List<Session.Target> targets) {
            unsubscribed.addAll(targets);
            return super.unsubscribe(targets);
        }
    }

    /** Takes no subscription. */
    private static final class Refusing extends ForwardingSession {
        private final boolean fails;

        Refusing(Session session, boolean fails) {
            super(session);
            this.fails = fails;
        }

        @Override
        public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
            Refusal busy = new Refusal(ReasonCode.BUSY, "on purpose");
            List<@Nullable Refusal> refusals = new ArrayList<>();
            specs.forEach(spec -> refusals.add(busy));
            return fails
                    ? CompletableFuture.failedFuture(busy.toException())
                    : CompletableFuture.completedFuture(refusals);
        }
    }

    private MemberSubscriptions of(Session... members) {
        return new MemberSubscriptions(
                new MergeState(() -> 100), new Admission("merged", broker.capabilities()), () -> List.of(members));
    }

    @Test
    void whatAMemberRefusesIsTakenBackWhereItIsNew() {
        Member fresh = new Member(client.session(), false);
        MemberSubscriptions subscriptions = of(fresh, new Refusing(client.session(), false));
        assertThat(TestClient.get(subscriptions.subscribe(List.of(SPEC)), PATIENCE)
                        .getFirst())
                .isNotNull();
        assertThat(fresh.unsubscribed).hasSize(1);
        assertThat(subscriptions.any()).isFalse();
    }

    @Test
    void whereASessionWasResumedItStaysWithWhatItHasQueued() {
        Member resumed = new Member(client.session(), true);
        MemberSubscriptions refused = of(resumed, new Refusing(client.session(), false));
        assertThat(TestClient.get(refused.subscribe(List.of(SPEC)), PATIENCE).getFirst())
                .isNotNull();
        MemberSubscriptions failed = of(resumed, new Refusing(client.session(), true));
        assertThatThrownBy(() -> TestClient.get(failed.subscribe(List.of(SPEC)), PATIENCE))
                .hasStackTraceContaining("on purpose");
        assertThat(resumed.unsubscribed).isEmpty();
        assertThat(refused.any()).as("those who join late are not given it").isFalse();
        assertThat(failed.any()).isFalse();
    }
}
