package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a lost link has brought is handled here; what the next one brings of it again is not. */
class InboxAfterCutTest extends Remote {
    private static final SendOptions OF_ONE_KEY = SendOptions.DEFAULT.withOrderingKey("one");

    private boolean broken;

    InboxAfterCutTest() {
        transport = LoopbackTransport.retaining();
    }

    private BusBuilder billing() {
        return over("billing").durable("billing").inbox(new MemoryInbox());
    }

    private void offerAllAgain() {
        for (int i = 0; i < 10 && transport.isSomethingReleased(); i++) {
            time.advance(Duration.ofSeconds(1));
            transport.offerReleased();
            time.run();
        }
    }

    private void assertAllAreSettled() {
        assertThat(transport.unsettled()).isZero();
        assertThat(transport.kept()).isZero();
        assertThat(transport.rejected).isEmpty();
    }

    @Test
    void whatIsInTheQueueIsHandledOnce() {
        Bus bus = open(billing().events(settings -> settings.withConcurrencyMax(1)));
        bus.subscribe(Paid.class, paid -> {
            if (paid.number() == 3 && broken) {
                broken = false;
                transport.cut("billing", DetachReason.SHUTTING_DOWN);
            }
            heard.add(paid.number());
            time.await(new CompletableFuture<Void>(), Duration.ofSeconds(1).toNanos());
        });
        broken = true;
        IntStream.rangeClosed(1, 20).forEach(number -> bus.publish(new Paid(number)));
        time.advance(Duration.ofMinutes(1));
        offerAllAgain();
        assertThat(heard).isEqualTo(IntStream.rangeClosed(1, 20).boxed().toList());
        assertAllAreSettled();
    }

    @Test
    void whatIsBehindADeadEventIsHandledOnceAndHoldsUpNothingElse() {
        Bus bus = open(billing()
                .events(settings ->
                        settings.withRetry(RetryPolicy.exponential(1, Duration.ofSeconds(5), Duration.ofSeconds(5)))));
        broken = true;
        bus.subscribe(Paid.class, paid -> {
            if (paid.number() == 1 && broken) {
                throw new IllegalStateException("broken");
            }
            heard.add(paid.number());
        });
        IntStream.rangeClosed(1, 3).forEach(number -> bus.publish(new Paid(number), OF_ONE_KEY));
        time.run();
        transport.cut("billing", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofSeconds(30));
        bus.publish(new Paid(4), OF_ONE_KEY);
        bus.publish(new Paid(5));
        time.run();
        assertThat(heard).containsExactly(5);
        broken = false;
        bus.deadLetters().redriveAll(letter -> true);
        time.run();
        offerAllAgain();
        assertThat(heard).containsExactly(5, 1, 2, 3, 4);
        assertAllAreSettled();
    }

    @Test
    void oneThatIsSentTwiceWhileTheFirstIsBeingHandledIsHandledOnce() {
        Bus bus = open(billing());
        bus.subscribe(Paid.class, paid -> {
            heard.add(paid.number());
            time.await(new CompletableFuture<Void>(), Duration.ofSeconds(5).toNanos());
        });
        bus.publish(new Paid(1));
        time.run();
        transport.offerAtMostOnce("billing", transport.published.getFirst());
        transport.cut("billing", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofMinutes(1));
        offerAllAgain();
        assertThat(heard).containsExactly(1);
        assertAllAreSettled();
    }
}
