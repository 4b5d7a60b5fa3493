package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class NeighboursTest {
    private static final long SILENCE = 40;
    private static final long RECONNECT = 20;

    private final Neighbours neighbours = new Neighbours(SILENCE, RECONNECT);

    /** A look in each unit of time at one whose beats stand still, or go on. */
    private Map<String, Long> lookFrom(long from, long to, boolean alive) {
        Map<String, Long> gone = Map.of();
        for (long now = from; now <= to; now++) {
            gone = neighbours.look(Map.of("other", alive ? now : 7L), now);
        }
        return gone;
    }

    @Test
    void whoGivesSignsIsNeverGone() {
        assertThat(lookFrom(0, 1_000, true)).isEmpty();
    }

    @Test
    void whoFallsSilentIsGoneAfterTheSilenceAndNotBefore() {
        lookFrom(0, 100, true);
        assertThat(lookFrom(101, 140, false)).isEmpty();
        assertThat(lookFrom(141, 141, false)).containsExactly(Map.entry("other", 7L));
    }

    @Test
    void afterANewConnectionTheOthersHaveTheTimeToConnectToo() {
        assertThat(lookFrom(0, 59, false)).isEmpty();
        assertThat(lookFrom(60, 60, false)).containsKey("other");
        neighbours.reconnected();
        // The server was away for much longer than the silence.
        assertThat(lookFrom(1_000, 1_059, false)).isEmpty();
        assertThat(lookFrom(1_060, 1_060, false)).containsKey("other");
    }

    @Test
    void timeInWhichThisNodeCouldNotLookCountsForNobody() {
        lookFrom(0, 100, true);
        lookFrom(101, 130, false);
        assertThat(lookFrom(190, 229, false)).isEmpty();
        assertThat(lookFrom(230, 230, false)).containsKey("other");
    }

    @Test
    void whoIsNewHasItsTimeToo() {
        lookFrom(0, 100, true);
        Map<String, Long> both = Map.of("other", 100L, "new", 1L);
        for (long now = 101; now < 141; now++) {
            assertThat(neighbours.look(both, now)).doesNotContainKey("new");
        }
        assertThat(neighbours.look(both, 141)).containsKey("new");
    }
}
