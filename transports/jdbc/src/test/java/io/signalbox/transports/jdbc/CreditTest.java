package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestLane;
import io.signalbox.topic.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CreditTest {
    private final TestLane lane = new TestLane("credit");
    private final Credit credit = new Credit(new RecordingSubscriber(lane, SettleBehaviour.MANUAL), 1_000);

    @AfterEach
    void close() {
        lane.close();
    }

    private static Message large() {
        return Message.to(Topic.ofMqtt("a")).payload(new byte[16 << 20]).build();
    }

    private static Claim claim(long sequence) {
        return new Claim("s:s", sequence);
    }

    @Test
    void aThousandSmallMessagesFitAndNoMore() {
        Message small = Message.to(Topic.ofMqtt("a")).build();
        for (int i = 0; i < 1_000; i++) {
            assertThat(credit.room()).isEqualTo(1_000 - i);
            credit.claimed(claim(i), small, true);
        }
        assertThat(credit.room()).isZero();
        credit.done(claim(3));
        assertThat(credit.room()).isEqualTo(1);
    }

    @Test
    void aFewLargeMessagesAreEnough() {
        for (int i = 0; i < 4; i++) {
            assertThat(credit.room()).isPositive();
            credit.claimed(claim(i), large(), true);
        }
        assertThat(credit.room()).isZero();
        assertThat(credit.lightRoom()).isFalse();
        credit.done(claim(0));
        assertThat(credit.room()).isPositive();
    }

    @Test
    void whatNeedsNoCreditIsBoundedTooWhileTheLaneDoesNotRun() {
        Message small = Message.to(Topic.ofMqtt("a")).build();
        int taken = 0;
        while (credit.lightRoom()) {
            credit.claimed(claim(taken++), small, false);
        }
        assertThat(taken).isEqualTo(2_000);
        credit.done(claim(0));
        assertThat(credit.lightRoom()).isTrue();
    }
}
