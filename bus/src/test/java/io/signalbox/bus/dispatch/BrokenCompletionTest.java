package io.signalbox.bus.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.deadletter.LetterLimits;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.middleware.Chains;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.queue.Parking;
import io.signalbox.bus.queue.Source;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.MapRegistry;
import io.signalbox.bus.schedule.CallerRuns;
import io.signalbox.bus.session.SessionScope;
import io.signalbox.bus.settings.CommandSettings;
import io.signalbox.bus.settings.EventSettings;
import io.signalbox.bus.settings.TypeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where an event came from may throw when it is told of its end. */
class BrokenCompletionTest {
    record Step(int number) implements Event {}

    private static final Completion BROKEN = new Completion() {
        @Override
        public long arrivedMillis() {
            return 0;
        }

        @Override
        public boolean canGoBack() {
            return true;
        }

        @Override
        public boolean comesAgain() {
            return false;
        }

        @Override
        public void awayIn(@Nullable Parking key) {
            throw new AssertionError("nothing is away");
        }

        @Override
        public void expect(SessionRef session, Runnable back) {
            throw new AssertionError("nothing comes again");
        }

        @Override
        public long atNanos() {
            return 0;
        }

        @Override
        public long ttlNanos() {
            return 0;
        }

        @Override
        public Object origin() {
            throw new AssertionError("what it is costs a look at all of it, and nothing is away");
        }

        @Override
        public boolean mayHaveComeBefore() {
            return false;
        }

        @Override
        public Source source() {
            throw new AssertionError("nothing goes back");
        }

        @Override
        public long cameNanos() {
            return 0;
        }

        @Override
        public void handled() {
            throw new IllegalStateException("the inbox has no database");
        }

        @Override
        public void failed(Reason reason, @Nullable Throwable error) {
            throw new IllegalStateException("the link is gone");
        }
    };

    private final List<String> reported = new ArrayList<>();
    private final MapRegistry registry = new MapRegistry();
    private final EventDispatch dispatch = new EventDispatch(
            new BusParts(
                    new CallerRuns(),
                    new SplittableRandom(1),
                    registry,
                    new Ledger(),
                    new Chains(),
                    (envelope, handler, error, attempts) -> reported.add(error.getMessage()),
                    null,
                    null,
                    new TypeSettings<>(Map.of(), CommandSettings.DEFAULT),
                    new TypeSettings<>(Map.of(), EventSettings.DEFAULT.withParking(false)),
                    10,
                    null,
                    null,
                    null,
                    null),
            LetterLimits.DEFAULT,
            List.of(),
            null,
            letter -> Redrive.NO_HANDLER);
    private final SessionScope session = new SessionScope("s", null, MapRegistry::new);

    private PublishResult arrive(int number) {
        Meta meta = Meta.of(SendOptions.DEFAULT.withOrderingKey("k"), null, session, 0)
                .withCompletion(BROKEN);
        return dispatch.publish(new Envelope<>(new Step(number), 0, meta));
    }

    private void subscribe(EventConsumer<Step> consumer) {
        registry.add(new HandlerEntry.OfEvent(Step.class, "steps", HandlerOptions.DEFAULT, consumer));
    }

    @Test
    void keyAndSessionGoOnAfterAnEventThatWasHandled() {
        List<Integer> seen = new ArrayList<>();
        subscribe(step -> seen.add(step.number()));
        assertThat(arrive(1)).isEqualTo(PublishResult.ACCEPTED);
        assertThat(arrive(2)).isEqualTo(PublishResult.ACCEPTED);
        assertThat(seen).containsExactly(1, 2);
        assertThat(session.pending()).isZero();
        assertThat(reported).containsExactly("the inbox has no database", "the inbox has no database");
    }

    @Test
    void theyGoOnAfterOneThatFailed() {
        subscribe(step -> {
            throw new IllegalArgumentException("no");
        });
        arrive(1);
        arrive(2);
        assertThat(session.pending()).isZero();
        assertThat(reported).containsExactly("no", "the link is gone", "no", "the link is gone");
    }
}
