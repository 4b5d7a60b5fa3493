package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A beat in each unit of time, a silence of thirty. */
final class NeighboursTest {
    private static final Pace PACE = new Pace(Duration.ofNanos(1), Duration.ofNanos(30), null);

    private final Neighbours neighbours = new Neighbours("self", PACE);

    /** This node hears itself, and perhaps the other. */
    private void listen(long from, long to, boolean otherBeats) {
        for (long now = from; now <= to; now++) {
            neighbours.heard("self", now);
            if (otherBeats) {
                neighbours.heard("other", now);
            }
        }
    }

    @Test
    void aNodeThatGivesSignsIsNeverGone() {
        listen(0, 1_000, true);
        assertThat(neighbours.isSilent("other", 1_000)).isFalse();
        assertThat(neighbours.silent(1_000)).isEmpty();
    }

    @Test
    void aNodeThatFallsSilentIsGoneAfterTheSilenceAndNotBefore() {
        neighbours.heard("other", 0);
        listen(0, 29, false);
        assertThat(neighbours.isSilent("other", 29)).isFalse();
        listen(30, 30, false);
        assertThat(neighbours.isSilent("other", 30)).isTrue();
        assertThat(neighbours.silent(30)).containsExactly("other");
    }

    @Test
    void timeInWhichThisNodeDidNotHearItselfCountsForNobody() {
        listen(0, 20, true);
        // The cluster was away for much longer than the silence, and this node is the first that is back.
        assertThat(neighbours.isSilent("other", 499)).isFalse();
        listen(500, 529, false);
        assertThat(neighbours.isSilent("other", 529)).isFalse();
        listen(530, 530, false);
        assertThat(neighbours.isSilent("other", 530)).isTrue();
    }

    @Test
    void whoHasNotHeardItselfLatelyTakesNobodyForGone() {
        listen(0, 100, false);
        assertThat(neighbours.isSilent("other", 103)).isTrue();
        assertThat(neighbours.isSilent("other", 104)).isFalse();
    }

    @Test
    void aNodeThatIsNewHasItsTimeToo() {
        listen(0, 100, false);
        neighbours.heard("new", 100);
        assertThat(neighbours.isSilent("new", 100)).isFalse();
    }

    @Test
    void aNodeThatWasNeverHeardIsGoneWhenThisOneHasListenedLongEnough() {
        listen(0, 29, false);
        assertThat(neighbours.isSilent("stranger", 29)).isFalse();
        listen(30, 30, false);
        assertThat(neighbours.isSilent("stranger", 30)).isTrue();
    }

    @Test
    void aNodeIsNeverGoneForItself() {
        listen(0, 1, false);
        assertThat(neighbours.isSilent("self", 1_000)).isFalse();
    }

    @Test
    void whoSaidGoodbyeIsNotRemembered() {
        listen(0, 50, true);
        neighbours.left("other");
        listen(51, 200, false);
        assertThat(neighbours.silent(200)).isEmpty();
    }
}
