package io.signalbox.transports.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class AckTimeoutsTest {
    private static final Message MESSAGE = Message.to(Topic.ofMqtt("a")).build();

    private static Arrival<String> arrival() {
        return new Arrival<>("h", MESSAGE, Match.plain(Guarantee.AT_LEAST_ONCE), null, false);
    }

    /** Whatever begins, begins anew and ends in between, those that are left end in the order of their last beginning. */
    @RepeatedTest(20)
    void theyEndInTheOrderTheyBegan(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        AckTimeouts<String> timeouts = new AckTimeouts<>(100);
        List<Arrival<String>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(arrival());
        }
        Map<Arrival<String>, Long> expected = new LinkedHashMap<>();
        for (long now = 0; now < 2_000; now++) {
            Arrival<String> one = all.get(random.nextInt(all.size()));
            switch (random.nextInt(3)) {
                case 0 -> {
                    timeouts.begin(one, now);
                    expected.remove(one);
                    expected.put(one, now + 100);
                }
                case 1 -> {
                    timeouts.end(one);
                    expected.remove(one);
                }
                default -> {
                    Arrival<String> over = timeouts.over(now);
                    Map.Entry<Arrival<String>, Long> first = expected.isEmpty()
                            ? null
                            : expected.entrySet().iterator().next();
                    if (first == null || first.getValue() > now) {
                        assertThat(over)
                                .as("seed %d", repetition.getCurrentRepetition())
                                .isNull();
                    } else {
                        assertThat(over)
                                .as("seed %d", repetition.getCurrentRepetition())
                                .isSameAs(first.getKey());
                        expected.remove(first.getKey());
                    }
                }
            }
        }
    }

    @Test
    void withoutATimeoutNothingEnds() {
        AckTimeouts<String> timeouts = new AckTimeouts<>(0);
        Arrival<String> one = arrival();
        timeouts.begin(one, 0);
        assertThat(timeouts.over(Long.MAX_VALUE)).isNull();
        timeouts.end(one);
    }
}
