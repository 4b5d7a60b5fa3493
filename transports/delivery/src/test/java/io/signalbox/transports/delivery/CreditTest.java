package io.signalbox.transports.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestLane;
import io.signalbox.topic.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreditTest {
    private final TestLane lane = new TestLane("credit");
    private final Credit<Integer> credit = new Credit<>(new RecordingSubscriber(lane, SettleBehaviour.MANUAL), 1_000);

    @AfterEach
    void close() {
        lane.close();
    }

    private static Message large() {
        return Message.to(Topic.ofMqtt("a")).payload(new byte[16 << 20]).build();
    }

    @Test
    void aThousandSmallMessagesFitAndNoMore() {
        Message small = Message.to(Topic.ofMqtt("a")).build();
        for (int i = 0; i < 1_000; i++) {
            assertThat(credit.room()).isEqualTo(1_000 - i);
            credit.taken(i, small, true);
        }
        assertThat(credit.room()).isZero();
        credit.done(3);
        assertThat(credit.room()).isEqualTo(1);
    }

    @Test
    void aFewLargeMessagesAreEnough() {
        for (int i = 0; i < 4; i++) {
            assertThat(credit.room()).isPositive();
            credit.taken(i, large(), true);
        }
        assertThat(credit.room()).isZero();
        assertThat(credit.lightRoom()).isFalse();
        credit.done(0);
        assertThat(credit.room()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"1,0", "2,1", "10,5", "100,50", "200,100", "400,100", "1000,250", "65535,16383"})
    void theEngineIsAskedWhileTheSubscriberStillHasSomethingToDo(int unsettledMax, int left) {
        Message small = Message.to(Topic.ofMqtt("a")).build();
        Credit<Integer> one = new Credit<>(new RecordingSubscriber(lane, SettleBehaviour.MANUAL), unsettledMax);
        for (int i = 0; i < left; i++) {
            one.taken(i, small, true);
        }
        assertThat(one.mostlyFree()).isTrue();
        one.taken(left, small, true);
        assertThat(one.mostlyFree()).isFalse();
    }

    @Test
    void whatNeedsNoCreditIsBoundedTooWhileTheLaneDoesNotRun() {
        Message small = Message.to(Topic.ofMqtt("a")).build();
        int taken = 0;
        while (credit.lightRoom()) {
            credit.taken(taken++, small, false);
        }
        assertThat(taken).isEqualTo(2_000);
        credit.done(0);
        assertThat(credit.lightRoom()).isTrue();
    }
}
