package io.signalbox.systemtests.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge itself. */
class TallyTest {
    private final Tally tally = new Tally();

    private List<String> findings(int last, int... arrivals) {
        for (int number : arrivals) {
            tally.arrived(number);
        }
        tally.mustBeWhole(last, "here");
        return tally.findings();
    }

    @Test
    void eachOnceAndInOrderIsRight() {
        assertThat(findings(3, 1, 2, 3)).isEmpty();
    }

    @Test
    void twiceIsFound() {
        assertThat(findings(2, 1, 2, 1)).containsExactly("1 arrived twice");
    }

    @Test
    void aLossIsFoundOnce() {
        assertThat(findings(3, 1, 3)).containsExactly("2 was lost: here");
        tally.mustBeWhole(3, "later");
        assertThat(tally.wrong()).isOne();
    }

    @Test
    void disorderIsFound() {
        assertThat(findings(3, 1, 3, 2)).containsExactly("2 came after 3");
    }
}
