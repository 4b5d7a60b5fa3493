package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was accepted is answered for, whenever it meets the end of the bus. */
class CloseTest {
    record Work(String name) implements Command<String> {}

    record Done(String name) implements Event {}

    private static final SendOptions KEYED = SendOptions.DEFAULT.withOrderingKey("key");

    private final ManualScheduler time = new ManualScheduler();
    private final List<String> calls = new ArrayList<>();

    private BusBuilder builder() {
        return Bus.builder().scheduler(time).errorHandler((envelope, handler, error, attempts) -> {});
    }

    private static void assertBooksClose(Bus bus) {
        assertThat(bus.ledger().pendingEvents()).isZero();
        assertThat(bus.ledger().pendingCommands()).isZero();
    }

    @Test
    void commandsThatWereAcceptedEndFirst() {
        Bus bus = builder().build();
        bus.handle(Work.class, Work::name);
        CompletableFuture<CommandResult<String>> accepted = bus.executeAsync(new Work("begun"));
        bus.close();
        assertThat(accepted).isCompletedWithValue(CommandResult.success("begun"));
        assertBooksClose(bus);
    }

    @Test
    void whatHandlersSendToEndWhatTheyHaveGoesThrough() {
        Bus bus = builder().build();
        bus.subscribe(
                Done.class, done -> calls.add(bus.execute(new Work(done.name())).orElseThrow()));
        bus.handle(Work.class, work -> {
            if (work.name().equals("first")) {
                assertThat(bus.publish(new Done("second"))).isEqualTo(PublishResult.ACCEPTED);
            }
            return work.name();
        });
        bus.publish(new Done("first"));
        bus.close();
        assertThat(calls).containsExactly("first", "second");
        assertThat(bus.publish(new Done("third"))).isInstanceOf(PublishResult.Refused.class);
        assertBooksClose(bus);
    }

    @Test
    void whoeverStillWaitsForACommandIsAnswered() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Bus bus = Bus.builder().drainTimeout(Duration.ofMillis(1)).build()) {
            bus.handle(Work.class, work -> {
                begun.countDown();
                waitHeedingNoInterrupt(goOn);
                return "too late";
            });
            CompletableFuture<CommandResult<String>> waiting = CompletableFuture.supplyAsync(
                    () -> bus.execute(new Work("stuck"), SendOptions.DEFAULT.withTimeout(Duration.ofMinutes(5))));
            begun.await();
            bus.close();
            await().untilAsserted(() -> assertThat(waiting).isCompleted());
            assertThat(waiting.join())
                    .isInstanceOfSatisfying(
                            CommandResult.Failure.class,
                            failure -> assertThat(failure.error()).hasMessageContaining("closed"));
            await().untilAsserted(() -> assertBooksClose(bus));
        } finally {
            goOn.countDown();
        }
    }

    private static void waitHeedingNoInterrupt(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // On purpose: it is left behind.
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBusThatItsOwnHandlerClosesDoesNotWaitForItself(boolean byCommand) {
        Bus bus = builder().drainTimeout(Duration.ofHours(1)).build();
        bus.subscribe(Done.class, done -> {
            calls.add(done.name());
            if (done.name().equals("closing")) {
                bus.publish(new Done("before"));
                bus.close();
            }
        });
        bus.handle(Work.class, work -> {
            bus.publish(new Done("before"));
            bus.close();
            return work.name();
        });
        long before = time.nanoTime();
        if (byCommand) {
            assertThat(bus.execute(new Work("closing"))).isEqualTo(CommandResult.success("closing"));
        } else {
            bus.publish(new Done("closing"));
            time.run();
        }
        assertThat(bus.status().open()).isFalse();
        bus.close(); // by whoever made it: returns when the other is over
        assertThat(calls).endsWith("before");
        assertThat(time.nanoTime()).isEqualTo(before);
        assertThatThrownBy(() -> time.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(bus.deadLetters().list()).isEmpty();
        assertBooksClose(bus);
    }

    /** The filter of the bus stands between the look whether it is open and the queue. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPublishThatIsOvertakenByTheEndIsADeadLetter(boolean keyed) {
        AtomicReference<@Nullable Bus> closing = new AtomicReference<>();
        Bus bus = builder()
                .eventFilter(envelope -> {
                    Bus meanwhile = closing.get();
                    if (meanwhile != null) {
                        meanwhile.close();
                    }
                    return true;
                })
                .build();
        bus.subscribe(Done.class, done -> calls.add(done.name()));
        closing.set(bus);
        assertThat(bus.publish(new Done("late"), keyed ? KEYED : SendOptions.DEFAULT))
                .isEqualTo(PublishResult.ACCEPTED);
        assertThat(calls).isEmpty();
        assertThat(bus.deadLetters().list()).extracting(DeadLetter::reason).containsExactly(Reason.CLOSED);
        assertBooksClose(bus);
    }

    @Test
    void anEventThatIsReleasedWhileTheBusEndsIsADeadLetter() {
        AtomicReference<@Nullable Bus> closing = new AtomicReference<>();
        Bus bus = builder().scheduler(new ClosesFirst(time, closing)).build();
        bus.subscribe(Done.class, done -> {
            throw new IllegalStateException("broken");
        });
        bus.publish(new Done("dead"), KEYED);
        bus.publish(new Done("parked"), KEYED);
        time.run();
        String id = bus.deadLetters().list().getFirst().id();
        closing.set(bus);
        bus.deadLetters().discard(id);
        assertThat(bus.deadLetters().list()).singleElement().satisfies(letter -> {
            assertThat(letter.envelope().message()).isEqualTo(new Done("parked"));
            assertThat(letter.reason()).isEqualTo(Reason.CLOSED);
        });
        assertBooksClose(bus);
    }
}
