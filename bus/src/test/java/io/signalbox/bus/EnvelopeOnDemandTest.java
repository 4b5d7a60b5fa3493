package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event has no envelope until somebody asks; whoever asks must see the same one. */
class EnvelopeOnDemandTest {
    record Paid(int amount) implements Event {}

    private static Bus bus(boolean callerRuns) {
        BusBuilder builder = Bus.builder().errorHandler((envelope, handler, error, attempts) -> {});
        return callerRuns ? builder.callerRuns().build() : builder.build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDeadLetterIsTheMessageThatItsHandlerSaw(boolean callerRuns) {
        AtomicReference<Envelope<?>> seen = new AtomicReference<>();
        try (Bus bus = bus(callerRuns)) {
            bus.subscribe(Paid.class, paid -> {
                seen.set(CurrentMessage.envelope());
                throw new IllegalStateException("no");
            });
            bus.publish(new Paid(7));
            await().until(() -> bus.deadLetters().size() == 1);
            DeadLetter letter = bus.deadLetters().list().getFirst();
            assertThat(letter.envelope()).isSameAs(seen.get());
            assertThat(letter.envelope().message()).isEqualTo(new Paid(7));
        }
    }

    @Test
    void itTellsWhenTheEventWasPublishedHoweverLongItWaited() {
        ManualScheduler time = new ManualScheduler();
        AtomicReference<Envelope<?>> seen = new AtomicReference<>();
        try (Bus bus = Bus.builder().scheduler(time).build()) {
            bus.subscribe(Paid.class, paid -> seen.set(CurrentMessage.envelope()));
            long published = time.nowMillis();
            bus.publish(new Paid(7));
            time.pass(Duration.ofMinutes(5));
            time.run();
            assertThat(seen.get().timestampMillis()).isEqualTo(published);
        }
    }
}
