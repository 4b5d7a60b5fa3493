package io.signalbox.bus.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwayTest {
    private static final boolean NEW = false;
    private static final boolean AGAIN = true;

    private final AtomicInteger roomLeft = new AtomicInteger(10);
    private final Away away = new Away(roomLeft);

    @Test
    void theOldestIsLetInAndNothingElse() {
        away.sentBack(List.of("a", "b"), 0);
        assertThat(away.mustWait("new", 0)).isTrue();
        away.refused("new", NEW, 0);
        assertThat(away.mustWait("b", 0)).isTrue();
        away.refused("b", AGAIN, 0);
        for (String next : List.of("a", "b", "new")) {
            assertThat(away.mustWait(next, 0)).isFalse();
            away.letIn(next, 0);
        }
        assertThat(away.isEmpty()).isTrue();
        assertThat(roomLeft).hasValue(10);
    }

    @Test
    void whatHadBeenLetInIsOlderThanWhatIsAway() {
        away.refused("c", NEW, 0);
        away.sentBack(List.of("a", "b"), 0);
        assertThat(away.mustWait("c", 0)).isTrue();
        assertThat(away.mustWait("a", 0)).isFalse();
    }

    @Test
    void twoThatLookAlikeAreTwoThatWait() {
        away.sentBack(List.of("on", "off"), 0);
        away.refused("on", NEW, 0);
        away.refused("on", AGAIN, 0);
        away.letIn("on", 0);
        assertThat(away.mustWait("on", 0)).isTrue();
        away.letIn("off", 0);
        assertThat(away.mustWait("on", 0)).isFalse();
        assertThat(away.mustWait("else", 0)).isTrue();
        away.letIn("on", 0);
        assertThat(away.isEmpty()).isTrue();
    }

    @Test
    void whatDoesNotComeAgainIsWaitedForNoLongerThanAMinute() {
        away.sentBack(List.of("expired", "purged", "there"), 0);
        long minute = Away.LOST_AFTER_NANOS;
        away.refused("there", AGAIN, minute);
        assertThat(away.mustWait("there", minute)).isTrue();
        assertThat(away.mustWait("there", minute + 1)).isFalse();
        assertThat(away.mustWait("new", minute + 1)).isTrue();
    }

    @Test
    void whatIsHeldUpBehindTheOldestIsGivenAShortTimeFromThenOn() {
        long minute = Away.LOST_AFTER_NANOS;
        away.sentBack(List.of("a", "b"), 0);
        away.refused("a", AGAIN, 10 * minute);
        away.letIn("a", 10 * minute);
        long due = 10 * minute + Away.DUE_WITHIN_NANOS;
        assertThat(away.mustWait("new", due)).isTrue();
        assertThat(away.mustWait("new", due + 1)).isFalse();
    }

    @Test
    void theLostGiveTheirRoomToOthers() {
        away.sentBack(List.of("lost", "there"), 0);
        away.refused("there", AGAIN, Away.LOST_AFTER_NANOS);
        away.forgetLost(Away.LOST_AFTER_NANOS + 1);
        assertThat(roomLeft).hasValue(9);
        assertThat(away.mustWait("there", 0)).isFalse();
    }

    @Test
    void beyondTheRoomTheOldestAreKnown() {
        roomLeft.set(2);
        away.sentBack(List.of("a", "b", "c"), 0);
        assertThat(roomLeft).hasValue(0);
        away.refused("d", NEW, 0);
        away.letIn("a", 0);
        away.letIn("b", 0);
        assertThat(away.isEmpty()).isTrue();
        assertThat(roomLeft).hasValue(2);
    }
}
