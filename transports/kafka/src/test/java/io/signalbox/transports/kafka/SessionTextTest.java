package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class SessionTextTest {
    private static final TopicPartition ZERO = new TopicPartition("sb", 0);
    private static final TopicPartition ONE = new TopicPartition("sb", 1);

    private static FilterSpec spec(String filter, String group) {
        return new FilterSpec(
                TopicFilter.ofCanonical(filter),
                group.isEmpty() ? null : group,
                Guarantee.AT_LEAST_ONCE,
                7,
                true,
                false,
                FilterSpec.RetainedDelivery.NONE,
                StartPosition.NEW,
                0);
    }

    @Test
    void aRecordComesBackAsItWas() {
        SessionRecord record = new SessionRecord(
                "node-1",
                3_600,
                1_767_225_600_123L,
                List.of(
                        new SessionRecord.Subscription(
                                spec("a b/#/\tü%", ""),
                                Map.of(ZERO, 12L, ONE, 0L),
                                new SessionRecord.Past(Map.of(ZERO, 3L, ONE, 0L), true, 2.5)),
                        new SessionRecord.Subscription(spec("jobs/+", "g h"), Map.of(), null)),
                Map.of(ZERO, new Position(4, 12, 9, List.of(4L, 8L)), ONE, Position.at(77)));
        assertThat(SessionText.read(SessionText.write(record))).isEqualTo(record);
    }

    @Test
    void linesOfALaterVersionArePassedOver() {
        SessionRecord record = SessionRecord.of("", 60);
        assertThat(SessionText.read(SessionText.write(record) + "colour blue\n"))
                .isEqualTo(record);
    }

    @Test
    void whatSomebodyElseWroteIsSaidToBeUnreadable() {
        assertThatThrownBy(() -> SessionText.read("session a")).isInstanceOf(SignalboxException.class);
    }
}
