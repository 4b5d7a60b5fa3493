package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static final long SILENCE = 30;
    private static final long LOOK_EVERY = 1;

    private final Neighbours neighbours = new Neighbours(SILENCE, LOOK_EVERY);

    /** A look in each unit of time. */
    private List<Long> lookFrom(long from, long to, long beatsOfSecond, boolean secondBeats) {
        List<Long> gone = List.of();
        for (long now = from; now <= to; now++) {
            gone = neighbours.gone(Map.of(1L, now, 2L, secondBeats ? beatsOfSecond + now : beatsOfSecond), now);
        }
        return gone;
    }

    @Test
    void aNodeThatGivesSignsIsNeverGone() {
        assertThat(lookFrom(0, 1_000, 7, true)).isEmpty();
    }

    @Test
    void aNodeThatFallsSilentIsGoneAfterTheSilenceAndNotBefore() {
        assertThat(lookFrom(0, 29, 7, false)).isEmpty();
        assertThat(lookFrom(30, 30, 7, false)).containsExactly(2L);
    }

    @Test
    void timeInWhichNobodyCouldLookCountsForNobody() {
        assertThat(lookFrom(0, 20, 7, false)).isEmpty();
        // The database was away for much longer than the silence; both come back.
        neighbours.couldNotLook();
        assertThat(lookFrom(500, 529, 7, false)).isEmpty();
        assertThat(lookFrom(530, 530, 7, false)).containsExactly(2L);
    }

    @Test
    void whoStoodStillAsLongAsTheSilenceHasNotWatchedAllTheTime() {
        assertThat(lookFrom(0, 20, 7, false)).isEmpty();
        assertThat(lookFrom(500, 507, 7, false)).isEmpty();
        assertThat(lookFrom(508, 508, 7, false)).containsExactly(2L);
    }

    @Test
    void aNodeThatIsSilentIsGoneAlsoForOneWhoseLooksAreSlow() {
        List<Long> gone = List.of();
        for (long now = 0; now < 500 && gone.isEmpty(); now += 8 * LOOK_EVERY) {
            gone = neighbours.gone(Map.of(1L, now, 2L, 7L), now);
        }
        assertThat(gone).containsExactly(2L);
    }

    @Test
    void aNodeThatIsNewHasItsTimeToo() {
        for (long now = 0; now < 100; now++) {
            neighbours.gone(Map.of(1L, now), now);
        }
        assertThat(neighbours.gone(Map.of(1L, 100L, 3L, 1L), 100)).isEmpty();
    }
}
