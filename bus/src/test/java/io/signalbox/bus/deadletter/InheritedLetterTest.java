package io.signalbox.bus.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.CallerRuns;
import io.signalbox.message.MessageIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A letter of an earlier process, of which it becomes known what it parks while it is being redriven. */
class InheritedLetterTest {
    private final List<String> gone = new ArrayList<>();
    private Redrive outcome = Redrive.RESOLVED;

    /** Has the letter of an earlier process, of which nobody has said yet which class it parks. */
    private static final class Inherited implements DeadLetterStore {
        private final DeadLetter left = new DeadLetter(
                "left",
                new Envelope<>("edited", 1, Meta.NONE),
                "handler",
                1,
                List.of(Death.first("handler", Reason.DELIVERY_LIMIT, 1, null)),
                0,
                new Parks.Named("number"),
                true);

        @Override
        public boolean put(DeadLetter letter) {
            return true;
        }

        @Override
        public void remove(String id) {}

        @Override
        public List<DeadLetter> load() {
            return List.of(left);
        }

        @Override
        public DeadLetter read(DeadLetter letter, Class<?> type) {
            return letter.parks() instanceof Parks.Named ? letter.withParks(type) : letter;
        }
    }

    /** Parked when a handler for its class is registered, in the middle of the redrive. */
    private DeadLetters readWhileItIsRedriven(List<String> parked) {
        List<DeadLetters> made = new ArrayList<>();
        Redriver redriver = tried -> {
            made.getFirst().read(Integer.class, letter -> parked.add(letter.id()));
            if (outcome == Redrive.FAILED_AGAIN) {
                made.getFirst().addAgain(tried, 1, Reason.DELIVERY_LIMIT, null, 2);
            }
            return CompletableFuture.completedFuture(outcome);
        };
        made.add(new DeadLetters(
                LetterLimits.DEFAULT,
                redriver,
                List.of(),
                letter -> gone.add((String) letter.envelope().message()),
                MessageIds::next,
                new CallerRuns(),
                new Inherited()));
        made.getFirst().load();
        return made.getFirst();
    }

    @Test
    void whatBecomesKnownToBeParkedWhileItsLetterIsRedrivenIsFreeWhenThatSucceeds() {
        List<String> parked = new ArrayList<>();
        DeadLetters letters = readWhileItIsRedriven(parked);
        assertThat(letters.redrive("left").join()).isEqualTo(Redrive.RESOLVED);
        assertThat(parked).containsExactly("left");
        assertThat(gone).containsExactly("edited");
    }

    @Test
    void andIsParkedOnceWhenThatFails() {
        List<String> parked = new ArrayList<>();
        outcome = Redrive.FAILED_AGAIN;
        DeadLetters letters = readWhileItIsRedriven(parked);
        assertThat(letters.redrive("left").join()).isEqualTo(Redrive.FAILED_AGAIN);
        letters.read(Integer.class, letter -> parked.add(letter.id()));
        assertThat(parked).containsExactly("left");
        assertThat(gone).isEmpty();
        assertThat(letters.list()).singleElement().extracting(DeadLetter::parks).isEqualTo(new Parks.Of(Integer.class));
        assertThat(letters.discard("left")).isTrue();
        assertThat(gone).containsExactly("edited");
    }
}
