package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class PublishBoundTest {
    private final PublishBound bound = new PublishBound(3, 100);

    @Test
    void moreMessagesThanTheBoundAreRefusedUntilOneLeaves() {
        for (int i = 0; i < 3; i++) {
            assertThat(bound.enter(1)).isNull();
        }
        Refusal refusal = Objects.requireNonNull(bound.enter(1));
        assertThat(refusal.reason()).isEqualTo(ReasonCode.BUSY);
        assertThat(refusal.detail()).contains("3 of 3");
        bound.leave(1);
        assertThat(bound.enter(1)).isNull();
        assertThat(bound.messages()).isEqualTo(3);
    }

    @Test
    void moreBytesThanTheBoundAreRefusedAndTakeNoRoom() {
        assertThat(bound.enter(60)).isNull();
        assertThat(bound.enter(41)).isNotNull();
        assertThat(bound.enter(40)).isNull();
    }

    @Test
    void aMessageLargerThanTheBoundPassesAlone() {
        assertThat(bound.enter(1_000)).isNull();
        assertThat(bound.enter(1)).isNotNull();
        bound.leave(1_000);
        assertThat(bound.enter(1)).isNull();
    }
}
