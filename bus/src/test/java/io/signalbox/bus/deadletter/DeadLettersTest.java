package io.signalbox.bus.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.CallerRuns;
import io.signalbox.message.MessageIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final List<String> tried = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private Redrive outcome = Redrive.RESOLVED;
    private Function<String, Redrive> outcomes = message -> outcome;

    private DeadLetters bounded(int bound, DeadLetterListener... listeners) {
        return letters(bound, this::redriven, null, listeners);
    }

    private DeadLetters letters(
            int bound, Redriver redriver, @Nullable DeadLetterStore store, DeadLetterListener... listeners) {
        return new DeadLetters(
                new LetterLimits(bound, 2),
                redriver,
                List.of(listeners),
                letter -> gone.add((String) letter.envelope().message()),
                MessageIds::next,
                new CallerRuns(),
                store);
    }

    private CompletableFuture<Redrive> redriven(DeadLetter letter) {
        tried.add((String) letter.envelope().message());
        return CompletableFuture.completedFuture(
                outcomes.apply((String) letter.envelope().message()));
    }

    /** A store as large as anybody likes. */
    private static final class Shelf implements DeadLetterStore {
        private final Map<String, DeadLetter> kept = new LinkedHashMap<>();

        @Override
        public boolean put(DeadLetter letter) {
            kept.put(letter.id(), letter);
            return true;
        }

        @Override
        public void remove(String id) {
            kept.remove(id);
        }

        @Override
        public List<DeadLetter> load() {
            return List.copyOf(kept.values());
        }

        @Override
        public DeadLetter read(DeadLetter letter, Class<?> type) {
            return letter;
        }
    }

    private static List<Object> messages(Iterable<DeadLetter> letters) {
        List<Object> messages = new ArrayList<>();
        letters.forEach(letter -> messages.add(letter.envelope().message()));
        return messages;
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
        assertThat(letters.find(letter.id()).orElseThrow().redrives()).isZero();
        assertThat(letters.redrive("unknown")).isCompletedWithValue(Redrive.NOT_FOUND);
        assertThat(letters.discard("unknown")).isFalse();
    }

    @Test
    void aLetterIsRedrivenAsOftenAsTheLimitAllowsAndAnEditedOneBeginsAnew() {
        DeadLetters letters = bounded(10);
        String id = add(letters, "a").id();
        for (int i = 1; i <= 2; i++) {
            DeadLetter before = letters.find(id).orElseThrow();
            outcome = Redrive.FAILED_AGAIN;
            assertThat(letters.redrive(id)).isCompletedWithValue(Redrive.FAILED_AGAIN);
            letters.addAgain(before.redriven(), 1, Reason.DELIVERY_LIMIT, null, 2_000);
        }
        assertThat(letters.redrive(id)).isCompletedWithValue(Redrive.LIMIT_REACHED);
        assertThat(tried).containsExactly("a", "a");
        assertThat(letters.size()).isEqualTo(1);
        outcome = Redrive.RESOLVED;
        assertThat(letters.redriveEdited(id, "mended")).isCompletedWithValue(Redrive.RESOLVED);
        assertThat(tried).containsExactly("a", "a", "mended");
    }

    @Test
    void aCanaryThatFailsLeavesTheRestAlone() {
        DeadLetters letters = bounded(100);
        for (int i = 0; i < 20; i++) {
            add(letters, "m" + i);
        }
        outcomes = message -> message.equals("m5") ? Redrive.FAILED_AGAIN : Redrive.RESOLVED;
        assertThat(letters.redrive(RedrivePlan.all().withCanary()).join())
                .isEqualTo(new RedriveReport(Map.of(Redrive.RESOLVED, 5, Redrive.FAILED_AGAIN, 1), 14));
        assertThat(tried).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
    }

    @Test
    void afterTheCanariesAFailureStopsNothing() {
        DeadLetters letters = bounded(100);
        for (int i = 0; i < 20; i++) {
            add(letters, "m" + i);
        }
        outcomes = message -> message.equals("m11") ? Redrive.FAILED_AGAIN : Redrive.RESOLVED;
        RedriveReport report = letters.redrive(RedrivePlan.all().withCanary()).join();
        assertThat(report.count(Redrive.RESOLVED)).isEqualTo(19);
        assertThat(report.untried()).isZero();
    }

    @Test
    void aGroupIsThosePlacesInTheCodeWhereOneBugWas() {
        DeadLetters letters = bounded(100);
        DeadLetter one = add(letters, "a");
        letters.add(
                new Envelope<>("other", 1, Meta.NONE),
                "handler",
                1,
                Reason.DELIVERY_LIMIT,
                new IllegalArgumentException("elsewhere"),
                1_000);
        letters.redrive(RedrivePlan.ofStackHash(one.lastDeath().stackHash())).join();
        assertThat(tried).containsExactly("a");
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

    @Test
    void whatTheStoreHasNeverGivesWayAndWhatComesLaterIsInMemoryAlone() {
        Shelf shelf = new Shelf();
        DeadLetters letters = letters(2, this::redriven, shelf);
        for (String each : List.of("a", "b", "c", "d", "e")) {
            add(letters, each);
        }
        assertThat(messages(shelf.load())).containsExactly("a", "b");
        assertThat(messages(letters.list())).containsExactly("a", "b", "d", "e");
        assertThat(gone).containsExactly("c");
        assertThat(letters.evicted()).isEqualTo(1);
    }

    @Test
    void aFullStoreTakesNothingThatSomebodyElseCanKeep() {
        Shelf shelf = new Shelf();
        DeadLetters letters = letters(1, this::redriven, shelf);
        assertThat(addIfDurable(letters, "a")).isTrue();
        assertThat(addIfDurable(letters, "b")).isFalse();
        assertThat(messages(letters.list())).containsExactly("a");
        letters.redriveAll(letter -> true).join();
        assertThat(addIfDurable(letters, "c")).isTrue();
        assertThat(letters.discard(letters.list().getFirst().id())).isTrue();
        assertThat(shelf.load()).isEmpty();
        assertThat(addIfDurable(letters, "d")).isTrue();
    }

    @Test
    void whatAnEarlierProcessLeftCountsAgainstTheBoundOfTheStore() {
        Shelf shelf = new Shelf();
        add(letters(2, this::redriven, shelf), "a");
        DeadLetters later = letters(2, this::redriven, shelf);
        later.load();
        assertThat(addIfDurable(later, "b")).isTrue();
        assertThat(addIfDurable(later, "c")).isFalse();
    }

    private static boolean addIfDurable(DeadLetters letters, String message) {
        return letters.addIfDurable(
                new Envelope<>(message, 1, Meta.NONE), "handler", 1, Reason.DELIVERY_LIMIT, null, 1_000);
    }

    @Test
    void aRedriveThatThrowsIsOneMoreDeathOfALetterThatStays() {
        DeadLetters letters = letters(
                10,
                letter -> {
                    throw new IllegalStateException("the registry is broken");
                },
                null);
        String id = add(letters, "a").id();
        assertThat(letters.redrive(RedrivePlan.all()).join().count(Redrive.FAILED_AGAIN))
                .isEqualTo(1);
        DeadLetter after = letters.find(id).orElseThrow();
        assertThat(after.redrives()).isEqualTo(1);
        assertThat(after.lastDeath().error()).hasMessage("the registry is broken");
    }

    @Test
    void aRedriveWithoutAMessageTakesNothing() {
        DeadLetters letters = bounded(10);
        String id = add(letters, "a").id();
        assertThatNullPointerException()
                .isThrownBy(() -> letters.redriveEdited(id, nothing()))
                .withMessage("edited");
        assertThat(letters.find(id)).isPresent();
        assertThat(letters.redrive(id)).isCompletedWithValue(Redrive.RESOLVED);
    }

    @SuppressWarnings("NullAway")
    private static Object nothing() {
        return null;
    }

    @Test
    void aLetterIsThereUntilItsRedriveHasEnded() {
        CompletableFuture<Redrive> ends = new CompletableFuture<>();
        DeadLetters letters = letters(1, letter -> ends, null);
        String id = add(letters, "a").id();
        CompletableFuture<Redrive> redrive = letters.redrive(id);
        assertThat(messages(letters.list())).containsExactly("a");
        assertThat(letters.redrive(id)).isCompletedWithValue(Redrive.NOT_FOUND);
        assertThat(letters.redriveEdited(id, "b")).isCompletedWithValue(Redrive.NOT_FOUND);
        assertThat(letters.discard(id)).isFalse();
        add(letters, "b");
        assertThat(messages(letters.list())).contains("a");
        ends.complete(Redrive.RESOLVED);
        assertThat(redrive).isCompletedWithValue(Redrive.RESOLVED);
        assertThat(letters.find(id)).isEmpty();
    }
}
