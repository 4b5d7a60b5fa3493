package io.signalbox.bus.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final List<String> tried = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private Redrive outcome = Redrive.RESOLVED;

    private DeadLetters bounded(int bound, DeadLetterListener... listeners) {
        return new DeadLetters(
                bound,
                letter -> {
                    tried.add((String) letter.envelope().message());
                    return CompletableFuture.completedFuture(outcome);
                },
                List.of(listeners),
                letter -> gone.add((String) letter.envelope().message()));
    }

    private static DeadLetter add(DeadLetters letters, String message) {
        return letters.add(
                new Envelope<>(message, 1, Meta.NONE),
                "handler",
                1,
                Reason.DELIVERY_LIMIT,
                new IllegalStateException("x"),
                1_000);
    }

    @Test
    void beyondTheBoundTheOldestGivesWayAndIsCounted() {
        DeadLetters letters = bounded(2);
        add(letters, "a");
        add(letters, "b");
        add(letters, "c");
        assertThat(letters.list())
                .extracting(letter -> (Object) letter.envelope().message())
                .containsExactly("b", "c");
        assertThat(letters.evicted()).isEqualTo(1);
        assertThat(gone).containsExactly("a");
    }

    @Test
    void redrivingAllKeepsTheirOrder() {
        DeadLetters letters = bounded(10);
        for (String each : List.of("a", "b", "c", "d")) {
            add(letters, each);
        }
        Map<Redrive, Integer> counts = letters.redriveAll(
                        letter -> !letter.envelope().message().equals("c"))
                .join();
        assertThat(tried).containsExactly("a", "b", "d");
        assertThat(counts).containsExactly(Map.entry(Redrive.RESOLVED, 3));
        assertThat(letters.size()).isEqualTo(1);
    }

    @Test
    void whatHasNoHandlerAnyMoreStays() {
        DeadLetters letters = bounded(10);
        DeadLetter letter = add(letters, "a");
        outcome = Redrive.NO_HANDLER;
        assertThat(letters.redrive(letter.id())).isCompletedWithValue(Redrive.NO_HANDLER);
        assertThat(letters.find(letter.id()).orElseThrow().redrives()).isEqualTo(1);
        assertThat(letters.redrive("unknown")).isCompletedWithValue(Redrive.NOT_FOUND);
        assertThat(letters.discard("unknown")).isFalse();
    }

    @Test
    void equalDeathsAreOneWithACount() {
        DeadLetters letters = bounded(10);
        DeadLetter letter = add(letters, "a");
        letters.addAgain(letter, 4, Reason.DELIVERY_LIMIT, new IllegalStateException("y"), 2_000);
        DeadLetter twice = letters.find(letter.id()).orElseThrow();
        assertThat(twice.attempts()).isEqualTo(5);
        assertThat(twice.deaths()).singleElement().satisfies(death -> {
            assertThat(death.count()).isEqualTo(2);
            assertThat(death.firstMillis()).isEqualTo(1_000);
            assertThat(death.lastMillis()).isEqualTo(2_000);
        });
        letters.addAgain(twice, 0, Reason.CLOSED, null, 3_000);
        DeadLetter other = letters.find(letter.id()).orElseThrow();
        assertThat(other.deaths()).hasSize(2);
        assertThat(other.reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void aListenerThatThrowsIsCountedAndTheLetterIsKept() {
        DeadLetters letters = bounded(10, letter -> {
            throw new IllegalStateException("mail server is down");
        });
        add(letters, "a");
        assertThat(letters.size()).isEqualTo(1);
        assertThat(letters.listenerFailures()).isEqualTo(1);
    }

    @Test
    void errorsOfOnePlaceInTheCodeHaveOneHash() {
        DeadLetters letters = bounded(10);
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            hashes.add(add(letters, "a").deaths().getFirst().stackHash());
        }
        assertThat(hashes.get(0)).isNotEmpty().isEqualTo(hashes.get(1));
    }
}
