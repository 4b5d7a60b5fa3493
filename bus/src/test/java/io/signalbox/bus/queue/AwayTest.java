package io.signalbox.bus.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AwayTest {
    private static final boolean NEW = false;
    private static final boolean AGAIN = true;
    private static final long MINUTE = Away.LOST_AFTER_NANOS;

    private static final class Link implements Source {
        private long now;
        private boolean forgetful;

        @Override
        public boolean hasForgotten() {
            return forgetful;
        }

        @Override
        public long nanoTime() {
            return now;
        }
    }

    private record Coming(String origin, boolean mayHaveComeBefore, Source source, long cameNanos, long ttlNanos)
            implements Returnable {
        Coming(String origin, boolean mayHaveComeBefore, Source source, long cameNanos) {
            this(origin, mayHaveComeBefore, source, cameNanos, 0);
        }

        /** Nothing stands still here. */
        @Override
        public long atNanos() {
            return cameNanos;
        }
    }

    private final AwayRoom room = new AwayRoom(10);
    private final Away away = new Away(room);
    private final Link link = new Link();

    private Coming coming(String origin, boolean again) {
        return new Coming(origin, again, link, link.now);
    }

    private boolean mustWait(String origin) {
        return away.mustWait(coming(origin, AGAIN));
    }

    private void refused(String origin, boolean again) {
        assertThat(away.refused(coming(origin, again))).isTrue();
    }

    private void letIn(String origin) {
        away.letIn(coming(origin, AGAIN));
    }

    private int sentBack(String... origins) {
        return away.sentBack(
                List.of(origins).stream().map(origin -> coming(origin, NEW)).toList());
    }

    @Test
    void theOldestIsLetInAndNothingElse() {
        sentBack("a", "b");
        assertThat(mustWait("new")).isTrue();
        refused("new", NEW);
        assertThat(mustWait("b")).isTrue();
        refused("b", AGAIN);
        for (String next : List.of("a", "b", "new")) {
            assertThat(mustWait(next)).isFalse();
            letIn(next);
        }
        assertThat(away.isEmpty()).isTrue();
        assertThat(room.left()).isEqualTo(10);
    }

    @Test
    void whatHadBeenLetInIsOlderThanWhatIsAway() {
        refused("c", NEW);
        sentBack("a", "b");
        assertThat(mustWait("c")).isTrue();
        assertThat(mustWait("a")).isFalse();
    }

    @Test
    void twoThatLookAlikeAreTwoThatWait() {
        sentBack("on", "off");
        refused("on", NEW);
        refused("on", AGAIN);
        letIn("on");
        assertThat(mustWait("on")).isTrue();
        letIn("off");
        assertThat(mustWait("on")).isFalse();
        assertThat(mustWait("else")).isTrue();
        letIn("on");
        assertThat(away.isEmpty()).isTrue();
    }

    @Test
    void whatDoesNotComeAgainIsWaitedForNoLongerThanAMinute() {
        sentBack("expired", "purged", "there");
        link.now = MINUTE;
        refused("there", AGAIN);
        assertThat(mustWait("there")).isTrue();
        link.now = MINUTE + 1;
        assertThat(mustWait("there")).isFalse();
        assertThat(mustWait("new")).isTrue();
    }

    @Test
    void whatCameWhenTheOthersCouldStillComeDoesNotPassThemLater() {
        sentBack("a", "b");
        Coming early = coming("b", AGAIN);
        link.now = 10 * MINUTE;
        assertThat(away.mustWait(early)).isTrue();
        assertThat(away.refused(early)).isTrue();
        assertThat(mustWait("a")).isFalse();
    }

    @Test
    void whatIsHeldUpBehindTheOldestIsGivenAShortTimeFromThenOn() {
        sentBack("a", "b");
        link.now = 10 * MINUTE;
        refused("a", AGAIN);
        letIn("a");
        long due = 10 * MINUTE + Away.DUE_WITHIN_NANOS;
        link.now = due;
        assertThat(mustWait("new")).isTrue();
        link.now = due + 1;
        assertThat(mustWait("new")).isFalse();
    }

    @Test
    void nothingWaitsForWhatAnEndedSourceHasForgotten() {
        sentBack("a", "b");
        link.forgetful = true;
        Link next = new Link();
        assertThat(away.mustWait(new Coming("new", NEW, next, 0))).isFalse();
        assertThat(away.isEmpty()).isTrue();
        assertThat(room.left()).isEqualTo(10);
    }

    @Test
    void whatTheNextSourceBringsIsNoSecondCopyAndHasItsMinuteFromItsBeginning() {
        link.now = 10 * MINUTE;
        sentBack("a", "b");
        Link next = new Link();
        assertThat(away.mustWait(new Coming("b", NEW, next, MINUTE))).isTrue();
        assertThat(away.refused(new Coming("b", NEW, next, MINUTE))).isTrue();
        assertThat(room.left()).isEqualTo(8);
        assertThat(away.mustWait(new Coming("b", AGAIN, next, MINUTE + 1))).isFalse();
    }

    @Test
    void whatHasEndedElsewhereIsNotWaitedForWhereverItStands() {
        sentBack("a", "b", "c");
        away.gone("b");
        away.gone("unknown");
        assertThat(mustWait("c")).isTrue();
        letIn("a");
        assertThat(mustWait("c")).isFalse();
        away.gone("c");
        assertThat(away.isEmpty()).isTrue();
        assertThat(room.left()).isEqualTo(10);
    }

    @Test
    void ofTwoThatLookAlikeOneMayHaveEnded() {
        sentBack("on", "off", "on");
        away.gone("on");
        assertThat(mustWait("off")).isFalse();
        letIn("off");
        assertThat(mustWait("else")).isTrue();
        letIn("on");
        assertThat(away.isEmpty()).isTrue();
    }

    @Test
    void whatsTimeIsOverIsWaitedForNoLongerThanItsLastDeliveryMayBeLate() {
        long ttl = 10 * MINUTE;
        away.refused(new Coming("a", NEW, link, 0, ttl));
        away.refused(new Coming("b", NEW, link, 0, 1));
        refused("c", NEW);
        link.now = Away.DUE_WITHIN_NANOS + 2;
        assertThat(mustWait("c")).as("a has time").isTrue();
        letIn("a");
        assertThat(mustWait("c")).isFalse();
    }

    @Test
    void theFirstOfEachKeyHaveAReserveThatNoOtherKeyTakes() {
        AwayRoom shared = new AwayRoom(1_000, 1_000);
        for (int key = 0; key < 10; key++) {
            Away one = new Away(shared);
            int known = 0;
            while (known < 2_000 && one.refused(coming(key + "-" + known, NEW))) {
                known++;
            }
            assertThat(known).isGreaterThanOrEqualTo(AwayRoom.RESERVED_OF_EACH);
        }
    }

    @Test
    void theLostGiveTheirRoomToOthers() {
        sentBack("lost", "there");
        link.now = MINUTE;
        refused("there", AGAIN);
        link.now = MINUTE + 1;
        away.forgetLost(link);
        assertThat(room.left()).isEqualTo(9);
        assertThat(mustWait("there")).isFalse();
    }

    @Test
    void oneKeyHasNoMoreOfTheRoomThanItLeavesForOthers() {
        assertThat(sentBack("a", "b", "c", "d", "e", "f", "g")).isEqualTo(2);
        assertThat(away.refused(coming("h", NEW))).isFalse();
        Away other = new Away(room);
        assertThat(other.refused(coming("a", NEW))).isTrue();
        assertThat(other.refused(coming("b", NEW))).isTrue();
        for (String known : List.of("a", "b", "c", "d", "e")) {
            letIn(known);
        }
        assertThat(away.isEmpty()).isTrue();
        assertThat(room.left()).isEqualTo(8);
    }
}
