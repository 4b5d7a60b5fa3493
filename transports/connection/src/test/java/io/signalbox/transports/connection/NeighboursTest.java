package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static final long SILENCE = 30;
    private static final long LOOK_EVERY = 1;
    private static final long RETURN = 20;

    private final Neighbours<String> neighbours = new Neighbours<>(SILENCE, LOOK_EVERY, RETURN);

    /** A look in each unit of time. */
    private Map<String, Long> lookFrom(long from, long to, boolean otherBeats) {
        Map<String, Long> gone = Map.of();
        for (long now = from; now <= to; now++) {
            gone = look(now, otherBeats);
        }
        return gone;
    }

    private Map<String, Long> look(long now, boolean otherBeats) {
        return neighbours.gone(Map.of("self", now, "other", otherBeats ? now : 7L), now);
    }

    @Test
    void aNodeThatGivesSignsIsNeverGone() {
        assertThat(lookFrom(0, 1_000, true)).isEmpty();
    }

    @Test
    void aNodeThatFallsSilentIsGoneAfterTheSilenceAndNotBefore() {
        lookFrom(0, 100, true);
        assertThat(lookFrom(101, 130, false)).isEmpty();
        assertThat(lookFrom(131, 131, false)).containsExactly(Map.entry("other", 7L));
    }

    @Test
    void timeInWhichNobodyCouldLookCountsForNobodyAndTheOthersHaveTheTimeToReturn() {
        assertThat(lookFrom(0, 20, false)).isEmpty();
        // The engine was away for much longer than the silence.
        neighbours.couldNotLook();
        assertThat(lookFrom(500, 549, false)).isEmpty();
        assertThat(lookFrom(550, 550, false)).containsOnlyKeys("other");
    }

    @Test
    void whoHasReturnedHasNoMoreThanTheSilence() {
        neighbours.couldNotLook();
        lookFrom(500, 501, true);
        assertThat(lookFrom(502, 531, false)).isEmpty();
        assertThat(lookFrom(532, 532, false)).containsOnlyKeys("other");
    }

    @Test
    void whoStoodStillAsLongAsTheSilenceHasNotWatchedAllTheTime() {
        assertThat(lookFrom(0, 20, false)).isEmpty();
        assertThat(lookFrom(500, 507, false)).isEmpty();
        assertThat(lookFrom(508, 508, false)).containsOnlyKeys("other");
    }

    @Test
    void aNodeThatIsSilentIsGoneAlsoForOneWhoseLooksAreSlow() {
        Map<String, Long> gone = Map.of();
        for (long now = 0; now < 500 && gone.isEmpty(); now += 8 * LOOK_EVERY) {
            gone = look(now, false);
        }
        assertThat(gone).containsOnlyKeys("other");
    }

    @Test
    void aNodeThatIsNewHasItsTimeToo() {
        for (long now = 0; now < 100; now++) {
            neighbours.gone(Map.of("self", now), now);
        }
        assertThat(lookFrom(100, 129, false)).isEmpty();
        assertThat(lookFrom(130, 130, false)).containsOnlyKeys("other");
    }
}
