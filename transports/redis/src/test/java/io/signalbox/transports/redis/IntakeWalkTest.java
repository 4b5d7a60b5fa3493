package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IntakeWalkTest {
    private static final long PAUSE = 10;

    private final IntakeWalk walk = new IntakeWalk(PAUSE);

    private static StreamPage page(boolean more, String... ids) {
        return new StreamPage(
                List.of(ids).stream()
                        .map(id -> new StreamPage.Entry(id, List.of(), 1))
                        .toList(),
                more);
    }

    private static Message message(String topic, String key) {
        return Message.to(Topic.ofMqtt(topic))
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
    }

    @Test
    void itGoesFromPageToPageAndStaysAtTheEndWhileSomethingWaits() {
        assertThat(walk.goesOn(0)).isTrue();
        assertThat(walk.next()).isEqualTo("-");
        walk.lanes().hold(message("a", "k"));
        assertThat(walk.passed(page(true, "1-0", "2-0"), 0)).isTrue();
        assertThat(walk.next()).isEqualTo("(2-0");
        assertThat(walk.passed(page(false, "3-0"), 0)).isFalse();
        assertThat(walk.goesOn(PAUSE)).isTrue();
        assertThat(walk.next()).as("for what is new").isEqualTo("(3-0");
        assertThat(walk.passed(page(false), PAUSE)).isFalse();
        assertThat(walk.goesOn(3 * PAUSE)).isTrue();
        assertThat(walk.next()).as("again").isEqualTo("-");
        assertThat(walk.lanes().isEmpty()).isTrue();
    }

    @Test
    void howLongNothingWasThereBeforeDoesNotMatter() {
        long now = 1_000_000_000_000L;
        assertThat(walk.goesOn(now)).isTrue();
        walk.lanes().hold(message("a", "k"));
        assertThat(walk.passed(page(false, "1-0"), now)).isFalse();
        assertThat(walk.goesOn(now + 2 * PAUSE)).isTrue();
        assertThat(walk.next()).isEqualTo("-");
    }

    @Test
    void whereNothingWaitsItBeginsAnewAtOnce() {
        assertThat(walk.goesOn(0)).isTrue();
        assertThat(walk.passed(page(false, "1-0"), 0)).isFalse();
        assertThat(walk.goesOn(0)).isTrue();
        assertThat(walk.next()).isEqualTo("-");
    }

    @Test
    void thePausesGrowWhileNothingComesOfItUpToABound() {
        long now = 0;
        long pause = 0;
        assertThat(walk.goesOn(now)).isTrue();
        for (int i = 0; i < 60; i++) {
            walk.lanes().hold(message("a", "k"));
            assertThat(walk.passed(page(false, "1-0"), now)).isFalse();
            long ended = now;
            while (walk.goesOn(now) && !walk.next().equals("-")) {
                now = ended + Math.max(1, 2 * (now - ended));
            }
            pause = now - ended;
        }
        assertThat(pause).isBetween(2_000_000_000L, 4_000_000_000L);
        walk.lanes().hold(message("a", "k"));
        walk.bearsFruit();
        assertThat(walk.passed(page(false, "1-0"), now)).isFalse();
        assertThat(walk.goesOn(now + PAUSE)).isTrue();
        assertThat(walk.next()).isEqualTo("-");
    }

    @Test
    void anEntryHoldsItsTopicAndItsKeyAndNoOther() {
        Lanes lanes = walk.lanes();
        lanes.hold(message("a", "k"));
        assertThat(lanes.holds(message("a", "other"))).isTrue();
        assertThat(lanes.holds(message("b", "k"))).isTrue();
        assertThat(lanes.holds(message("k", "a"))).isFalse();
        assertThat(lanes.holds(Message.to(Topic.ofMqtt("b")).build())).isFalse();
    }

    @Test
    void withoutRoomForAnotherTopicItLooksNoFurther() {
        assertThat(walk.goesOn(0)).isTrue();
        for (int i = 0; !walk.lanes().isFull(); i++) {
            walk.lanes().hold(message("t/" + i, "k"));
        }
        assertThat(walk.passed(page(true, "1-0"), 0)).isFalse();
        assertThat(walk.goesOn(PAUSE)).isFalse();
        assertThat(walk.goesOn(3 * PAUSE)).as("the next walk").isTrue();
    }
}
