package io.signalbox.bus.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.ManualScheduler;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.LetterLimits;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.Chains;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.registry.MapRegistry;
import io.signalbox.bus.schedule.CallerRuns;
import io.signalbox.bus.settings.CommandSettings;
import io.signalbox.bus.settings.EventSettings;
import io.signalbox.bus.settings.TypeSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LateTurnTest {
    record Done() implements Event {}

    private static BusParts parts() {
        return new BusParts(
                new CallerRuns(),
                new SplittableRandom(1),
                new MapRegistry(),
                new Ledger(),
                new Chains(),
                (envelope, handler, error, attempts) -> {},
                null,
                null,
                new TypeSettings<>(Map.of(), CommandSettings.DEFAULT),
                new TypeSettings<>(Map.of(), EventSettings.DEFAULT),
                256,
                null,
                null,
                null,
                null);
    }

    /** A worker took the token of a parked key, and lost its processor until all was over. */
    @Test
    void anEventWhoseTurnComesAfterTheEndIsADeadLetter() {
        BusParts parts = parts();
        EventDispatch dispatch =
                new EventDispatch(parts, LetterLimits.DEFAULT, List.of(), null, letter -> Redrive.NO_HANDLER);
        EventLane lane = new EventRoute(Done.class, parts, dispatch).lane;
        BoundedQueue<Object> ring = new BoundedQueue<>(4);
        KeyTable keys = new KeyTable(lane, ring, 10, new ManualScheduler());
        keys.park("key");
        Meta meta = Meta.of(SendOptions.DEFAULT.withOrderingKey("key"), null, null, 1);
        assertThat(keys.offer("key", new Envelope<>(new Done(), 1, meta))).isEqualTo(KeyTable.Offer.ACCEPTED);
        KeyQueue token = (KeyQueue) Objects.requireNonNull(ring.poll());

        dispatch.close();
        assertThat(keys.takeOwed()).isEmpty();
        token.turn();

        assertThat(dispatch.deadLetters().list()).extracting(DeadLetter::reason).containsExactly(Reason.CLOSED);
    }
}
