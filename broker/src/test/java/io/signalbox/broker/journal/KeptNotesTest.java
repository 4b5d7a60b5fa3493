package io.signalbox.broker.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A note says what those before it made true: whatever the disk does, the log has them in their order, or not at all. */
class KeptNotesTest {
    @Test
    void nothingOvertakesWhatTheDiskRefused() throws Exception {
        try (JournalFixture fixture = new JournalFixture()) {
            fixture.journal.start(() -> {});
            fixture.noteAndAwait(1);
            fixture.fillDisk();
            fixture.note(2, JournalFixture.SEGMENT_BYTES);
            fixture.awaitTurn();
            fixture.awaitHealth(false);
            fixture.note(3, 1);
            fixture.note(4, 1);
            fixture.awaitTurn();
            fixture.store.heal();
            fixture.noteAndAwait(5);
            assertThat(fixture.logged()).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void moreThanFitsIntoABatchIsWrittenInSeveral() throws Exception {
        try (JournalFixture fixture = new JournalFixture()) {
            fixture.journal.start(() -> {});
            fixture.noteAndAwait(1);
            fixture.fillDisk();
            for (int number = 2; number <= 10; number++) {
                fixture.note(number, 2 << 20);
                fixture.awaitTurn();
            }
            fixture.awaitHealth(false);
            fixture.store.heal();
            fixture.noteAndAwait(11);
            assertThat(fixture.logged())
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 11).boxed().toList());
        }
    }

    @Test
    void whatGoesBeyondTheBoundIsTheEndOfTheRow() {
        KeptNotes kept = new KeptNotes(100, 1_000);
        kept.add(note(1, 600));
        kept.add(note(2, 600));
        kept.add(note(3, 10));
        assertThat(numbers(kept)).containsExactly(1);
        kept.add(note(4, 10));
        kept.putBack(List.of(note(5, 2_000), note(6, 10)));
        kept.add(note(7, 10));
        assertThat(numbers(kept)).containsExactly(5, 6, 4);
        kept.add(note(8, 1_000));
        assertThat(numbers(kept)).containsExactly(8);
    }

    private static Note note(int number, int bytes) {
        return new Note(number, new byte[bytes], null);
    }

    private static List<Integer> numbers(KeptNotes kept) {
        List<Integer> numbers = new ArrayList<>();
        Note note;
        while ((note = kept.peek()) != null) {
            numbers.add(note.type());
            kept.remove();
        }
        return numbers;
    }
}
