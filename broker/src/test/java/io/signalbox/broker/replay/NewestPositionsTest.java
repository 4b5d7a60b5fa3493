package io.signalbox.broker.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewestPositionsTest {
    private static NewestPositions of(int max, long... positions) {
        NewestPositions newest = new NewestPositions(max);
        for (long position : positions) {
            newest.add(position, position + 1_000);
        }
        return newest;
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        NewestPositions newest = of(3, 1, 2, 3, 4, 5);
        assertThat(newest.positions()).containsExactly(3, 4, 5);
        assertThat(newest.sequences()).containsExactly(1_003, 1_004, 1_005);
        assertThat(newest.size()).isEqualTo(3);
    }

    @Test
    void itGrowsWithWhatIsThereAndNotWithWhatIsAllowed() {
        assertThat(of(Integer.MAX_VALUE, 7).positions()).containsExactly(7);
        NewestPositions many = new NewestPositions(1_000);
        for (int i = 0; i < 5_000; i++) {
            many.add(i, i);
        }
        assertThat(many.positions()).hasSize(1_000).startsWith(4_000L).endsWith(4_999L);
    }

    @Test
    void olderOnesGoBefore() {
        NewestPositions newest = of(4, 8, 9);
        newest.prepend(of(2, 1, 2, 3));
        assertThat(newest.positions()).containsExactly(2, 3, 8, 9);
        assertThat(newest.sequences()).containsExactly(1_002, 1_003, 1_008, 1_009);
    }

    @Test
    void nothingIsNothing() {
        NewestPositions empty = of(5);
        empty.prepend(of(5));
        assertThat(empty.positions()).isEmpty();
        assertThat(empty.size()).isZero();
    }
}
