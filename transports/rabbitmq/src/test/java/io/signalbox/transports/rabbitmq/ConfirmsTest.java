package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.signalbox.transport.PublishCallback;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfirmsTest {
    private final Confirms confirms = new Confirms(4);

    private static Outgoing outgoing(long number) {
        return new Outgoing(
                "e",
                "k",
                new BasicProperties.Builder().build(),
                new byte[0],
                false,
                number,
                PublishCallback.IGNORE,
                number,
                0);
    }

    private void add(long... numbers) {
        for (long number : numbers) {
            assertThat(confirms.add(outgoing(number))).isTrue();
        }
    }

    private static List<Long> numbers(List<Outgoing> all) {
        return all.stream().map(one -> one.number).toList();
    }

    @Test
    void oneConfirmMayStandForMany() {
        add(11, 12, 13);
        assertThat(numbers(confirms.take(2, true))).containsExactly(11L, 12L);
        assertThat(numbers(confirms.take(3, false))).containsExactly(13L);
        assertThat(confirms.isEmpty()).isTrue();
    }

    @Test
    void confirmsOutOfOrderAreTakenOnce() {
        add(11, 12, 13);
        assertThat(numbers(confirms.take(2, false))).containsExactly(12L);
        assertThat(confirms.take(2, false)).isEmpty();
        assertThat(numbers(confirms.take(3, true))).containsExactly(11L, 13L);
        assertThat(confirms.take(99, true)).isEmpty();
    }

    @Test
    void theOldestHoldsTheRing() {
        add(11, 12, 13, 14);
        assertThat(confirms.add(outgoing(15))).isFalse();
        confirms.take(2, false);
        assertThat(confirms.add(outgoing(15))).isFalse();
        confirms.take(1, false);
        assertThat(confirms.add(outgoing(15))).isTrue();
        assertThat(numbers(confirms.takeAll())).containsExactly(13L, 14L, 15L);
        assertThat(confirms.isEmpty()).isTrue();
    }

    @Test
    void aReturnMarksItsPublishAlone() {
        add(11, 12);
        confirms.returned(12);
        confirms.returned(99);
        assertThat(confirms.take(2, true)).extracting(one -> one.returned).containsExactly(false, true);
    }

    @Test
    void theAgeIsTheOldests() {
        assertThat(confirms.oldestNanos(100)).isZero();
        Outgoing first = outgoing(1);
        first.writtenNanos = 40;
        confirms.add(first);
        add(2);
        assertThat(confirms.oldestNanos(100)).isEqualTo(60);
    }
}
