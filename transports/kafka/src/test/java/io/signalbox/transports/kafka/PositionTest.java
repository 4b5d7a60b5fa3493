package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

final class PositionTest {
    private static List<Long> offsets(LongStream stream) {
        return stream.boxed().toList();
    }

    @Test
    void theNoteBesideTheOffsetTellsWhatIsOpenAboveIt() {
        Position position = new Position(100, 140, 120, List.of(100L, 103L, 139L));
        OffsetAndMetadata committed = position.committed();
        assertThat(committed.offset()).isEqualTo(100);
        assertThat(Position.of(committed)).isEqualTo(position);
    }

    @Test
    void whereAllIsSettledNothingIsOpen() {
        Position position = Position.at(1_000_000_000_000L);
        assertThat(Position.of(position.committed())).isEqualTo(position);
    }

    @Test
    void whatDoesNotFitIntoTheNoteCountsAsUnread() {
        List<Long> open = offsets(LongStream.range(0, 5_000).map(i -> 10 + 37 * i));
        Position back = Position.of(new Position(10, 200_000, 50, open).committed());
        assertThat(back.low()).isEqualTo(10);
        assertThat(back.open())
                .hasSizeBetween(1_000, 4_999)
                .isEqualTo(open.subList(0, back.open().size()));
        assertThat(back.readTo())
                .as("the first that is left out")
                .isEqualTo(open.get(back.open().size()));
        assertThat(new Position(10, 200_000, 50, open).committed().metadata().length())
                .isLessThanOrEqualTo(4_000);
    }

    @Test
    void anOffsetThatKafkasToolsHaveSetIsTakenAsItIs() {
        assertThat(Position.of(new OffsetAndMetadata(7, ""))).isEqualTo(Position.at(7));
    }

    @Test
    void aLedgerGivesThePositionOfWhatIsOpen() {
        Ledger ledger = new Ledger(Position.at(5));
        Ledger.Entry five = ledger.add(5);
        Ledger.Entry seven = ledger.add(7);
        Ledger.Entry nine = ledger.add(9);
        ledger.readTo(12);
        assertThat(ledger.position()).isEqualTo(new Position(5, 12, 5, List.of(5L, 7L, 9L)));
        ledger.done(seven);
        assertThat(ledger.position()).isEqualTo(new Position(5, 12, 5, List.of(5L, 9L)));
        ledger.done(five);
        assertThat(ledger.position()).isEqualTo(new Position(9, 12, 5, List.of(9L)));
        ledger.done(nine);
        assertThat(ledger.position()).isEqualTo(new Position(12, 12, 5, List.of()));
    }

    @Test
    void aLedgerThatGoesOnOwesOnlyWhatWasOpen() {
        Ledger ledger = new Ledger(new Position(5, 12, 8, List.of(5L, 9L)));
        assertThat(LongStream.range(0, 15).filter(ledger::owes)).containsExactly(5L, 9L, 12L, 13L, 14L);
        assertThat(LongStream.range(0, 15).filter(ledger::maybeSeen)).hasSize(8);
        Ledger.Entry five = ledger.add(5);
        ledger.readTo(6);
        assertThat(ledger.position()).isEqualTo(new Position(5, 12, 8, List.of(5L, 9L)));
        ledger.done(five);
        assertThat(ledger.position()).isEqualTo(new Position(9, 12, 8, List.of(9L)));
    }
}
