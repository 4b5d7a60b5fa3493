package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A publisher that came in before the end of the bus, and puts its event in afterwards. */
class LateEventTest {
    record Paid(int amount) implements Event {}

    @Test
    void itsEventIsADeadLetterThoughAllWorkersAreBlocked() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Runnable> close = new AtomicReference<>(() -> {});
        Bus bus = Bus.builder()
                .drainTimeout(Duration.ofMillis(1))
                .events(s -> s.withConcurrencyMax(1))
                .eventFilter(envelope -> {
                    if (envelope.message().equals(new Paid(2))) {
                        close.get().run();
                    }
                    return true;
                })
                .build();
        close.set(bus::close);
        bus.subscribe(Paid.class, paid -> {
            begun.countDown();
            goOn.await();
        });
        bus.publish(new Paid(1));
        begun.await();
        assertThat(bus.publish(new Paid(2))).isEqualTo(PublishResult.ACCEPTED);
        assertThat(bus.deadLetters().list()).singleElement().satisfies(letter -> {
            assertThat(letter.envelope().message()).isEqualTo(new Paid(2));
            assertThat(letter)
                    .extracting(DeadLetter::reason, DeadLetter::handler)
                    .containsExactly(Reason.CLOSED, DeadLetter.NOBODY);
        });
        assertThat(bus.ledger().event(Paid.class).queued()).isZero();
        goOn.countDown();
    }
}
