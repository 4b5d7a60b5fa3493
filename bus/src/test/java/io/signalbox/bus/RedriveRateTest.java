package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.deadletter.RedrivePlan;
import io.signalbox.bus.message.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RedriveRateTest {
    record Mail(int number) implements Event {}

    private final ManualScheduler time = new ManualScheduler();

    @Test
    void notMoreThanThePlanAllowsAreTriedInASecond() {
        AtomicBoolean mended = new AtomicBoolean();
        List<Integer> sent = new ArrayList<>();
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Mail.class, mail -> {
                if (!mended.get()) {
                    throw new IllegalStateException("no mail server");
                }
                sent.add(mail.number());
            });
            for (int i = 0; i < 4; i++) {
                bus.publish(new Mail(i));
            }
            time.run();
            mended.set(true);
            var report = bus.deadLetters().redrive(RedrivePlan.all().withPerSecondMax(2));
            time.run();
            assertThat(sent).containsExactly(0);
            time.advance(Duration.ofMillis(499));
            assertThat(sent).containsExactly(0);
            time.advance(Duration.ofMillis(1));
            assertThat(sent).containsExactly(0, 1);
            time.advance(Duration.ofSeconds(1));
            assertThat(sent).containsExactly(0, 1, 2, 3);
            assertThat(report.join().count(Redrive.RESOLVED)).isEqualTo(4);
        }
    }

    @Test
    void handlersRunOnThreadsOfTheBusAndNotOnThatOfWhoeverRedrives() {
        List<Integer> calls = new ArrayList<>();
        try (Bus bus = failingTwice(calls)) {
            var outcome = bus.deadLetters()
                    .redrive(bus.deadLetters().list().getFirst().id());
            assertThat(calls).containsExactly(0, 1);
            assertThat(outcome).isNotCompleted();
            time.run();
            assertThat(calls).containsExactly(0, 1, 0);
            assertThat(outcome).isCompletedWithValue(Redrive.RESOLVED);
        }
    }

    @Test
    void aPlanEndsWithItsBus() {
        List<Integer> calls = new ArrayList<>();
        Bus bus = failingTwice(calls);
        var report = bus.deadLetters().redrive(RedrivePlan.all().withPerSecondMax(2));
        time.run();
        bus.close();
        assertThat(report).isCompleted();
        assertThat(report.join().untried()).isEqualTo(1);
        assertThat(calls).containsExactly(0, 1, 0);
    }

    /** A bus with two dead letters, which it would handle now. */
    private Bus failingTwice(List<Integer> calls) {
        Bus bus = Bus.builder()
                .scheduler(time)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
        bus.subscribe(Mail.class, mail -> {
            calls.add(mail.number());
            if (calls.size() <= 2) {
                throw new IllegalStateException("no mail server");
            }
        });
        bus.publish(new Mail(0));
        bus.publish(new Mail(1));
        time.run();
        return bus;
    }

    @Test
    void aRateBelowNothingIsRefused() {
        assertThatThrownBy(() -> RedrivePlan.all().withPerSecondMax(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
