package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandException;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandTest {
    record Add(int a, int b) implements Command<Integer> {}

    record Wait() implements Command<String> {}

    record Outer() implements Command<String> {}

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Bus bus = Bus.create();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void theHandlersAnswerIsTheResult() {
        bus.handle(Add.class, add -> add.a() + add.b());
        assertThat(bus.execute(new Add(1, 2))).isEqualTo(new CommandResult.Success<>(3));
        assertThat(bus.execute(new Add(3, 4)).orElseThrow()).isEqualTo(7);
        assertThat(bus.ledger().command(Add.class).succeeded()).isEqualTo(2);
    }

    @Test
    void aCommandWithoutHandlerIsAnsweredAtOnceWithTheReason() {
        CommandResult<Integer> result = bus.execute(new Add(1, 2));
        assertThat(result).isInstanceOfSatisfying(CommandResult.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(Reason.NO_HANDLER);
            assertThat(rejected.detail()).contains(Add.class.getName());
        });
        assertThat(bus.ledger().command(Add.class).rejected()).containsEntry(Reason.NO_HANDLER, 1L);
        assertThatThrownBy(result::orElseThrow)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("no_handler");
    }

    @Test
    void whatTheHandlerThrowsIsTheFailure() {
        IllegalStateException thrown = new IllegalStateException("no");
        bus.handle(Add.class, add -> {
            throw thrown;
        });
        assertThat(bus.execute(new Add(1, 2))).isEqualTo(new CommandResult.Failure<>(thrown, 1, null));
        assertThatThrownBy(() -> bus.execute(new Add(1, 2)).orElseThrow())
                .isInstanceOf(CommandException.class)
                .hasCause(thrown);
    }

    @Test
    void anErrorIsAFailureAndIsNotRetried() {
        AtomicInteger calls = new AtomicInteger();
        try (Bus retrying = Bus.builder()
                .commands(Add.class, s -> s.withRetry(RetryPolicy.immediately(5)))
                .build()) {
            retrying.handle(Add.class, add -> {
                calls.incrementAndGet();
                throw new StackOverflowError("deep");
            });
            assertThat(retrying.execute(new Add(1, 2)))
                    .isInstanceOfSatisfying(
                            CommandResult.Failure.class,
                            failure -> assertThat(failure.error()).isInstanceOf(StackOverflowError.class));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void aHandlerThatRefusesItsCommandRejectsItOnTheShortestWayToo() {
        try (Bus bus = Bus.create()) {
            bus.handle(Add.class, add -> {
                throw new RejectedMessageException(Reason.INVALID, "too large");
            });
            assertThat(bus.execute(new Add(1, 2))).isInstanceOfSatisfying(CommandResult.Rejected.class, rejected -> {
                assertThat(rejected.reason()).isEqualTo(Reason.INVALID);
                assertThat(rejected.detail()).isEqualTo("too large");
            });
            assertThat(bus.ledger().command(Add.class).failed()).isZero();
        }
    }

    @Test
    void aNullCommandIsRefusedByName() {
        Command<Integer> none = nothing();
        assertThatThrownBy(() -> bus.execute(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("command");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void aHandlerThatBlocksForEverIsInterruptedWhenTimeIsUp() throws InterruptedException {
        assertInterruptedWhenTimeIsUp(false);
    }

    @Test
    void aTimeoutOfTheTypeHoldsWhereTheCallerSaysNothing() throws InterruptedException {
        assertInterruptedWhenTimeIsUp(true);
    }

    /** On a busy machine time may be up before the handler begins; then a longer one is tried. */
    private static void assertInterruptedWhenTimeIsUp(boolean timeoutOfTheType) throws InterruptedException {
        Duration timeout = Duration.ofMillis(20);
        while (!isInterruptedAfter(timeout, timeoutOfTheType)) {
            timeout = timeout.multipliedBy(4);
            assertThat(timeout).as("within it the handler never began").isLessThan(PATIENCE);
        }
    }

    /** Whether the handler had begun by then. */
    private static boolean isInterruptedAfter(Duration timeout, boolean timeoutOfTheType) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        BusBuilder builder = Bus.builder();
        if (timeoutOfTheType) {
            builder.commands(Wait.class, settings -> settings.withTimeout(timeout));
        }
        try (Bus limited = builder.build()) {
            limited.handle(Wait.class, wait -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    assertThat(CurrentMessage.isCancelled()).isTrue();
                    interrupted.countDown();
                }
                return "too late";
            });
            CommandResult<String> result = limited.execute(
                    new Wait(), timeoutOfTheType ? SendOptions.DEFAULT : SendOptions.DEFAULT.withTimeout(timeout));
            if (begun.getCount() > 0) {
                return false;
            }
            assertThat(result).isInstanceOfSatisfying(CommandResult.Failure.class, failure -> {
                assertThat(failure.error()).isInstanceOf(TimeoutException.class);
                assertThat(failure.attempts()).isEqualTo(1);
            });
            assertThat(interrupted.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("interrupted")
                    .isTrue();
            assertThat(limited.ledger().command(Wait.class).failed()).isEqualTo(1);
            return true;
        }
    }

    @Test
    void cancellingTheFutureReachesTheHandler() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        bus.handle(Wait.class, wait -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return "cancelled";
        });
        CompletableFuture<CommandResult<String>> future = bus.executeAsync(new Wait());
        started.await();
        assertThat(future.cancel(true)).isTrue();
        interrupted.await();
        assertThat(future).isCancelled();
    }

    @Test
    void anInterruptThatComesTooLateDoesNotReachTheCaller() {
        bus.handle(Add.class, add -> add.a());
        for (int i = 0; i < 100; i++) {
            assertThat(bus.execute(new Add(i, 0), SendOptions.DEFAULT.withTimeout(Duration.ofSeconds(30)))
                            .orElseThrow())
                    .isEqualTo(i);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void whatACommandAsksForInheritsItsDeadline() {
        bus.handle(Wait.class, wait -> {
            new CountDownLatch(1).await();
            return "never";
        });
        AtomicReference<Object> inner = new AtomicReference<>("nothing yet");
        AtomicBoolean outerEnded = new AtomicBoolean();
        bus.handle(Outer.class, outer -> {
            inner.set(bus.execute(new Wait()));
            outerEnded.set(true);
            return "done";
        });
        bus.execute(new Outer(), SendOptions.DEFAULT.withTimeout(Duration.ofMillis(20)));
        await().untilTrue(outerEnded);
        // Given up in the middle, or not begun where the machine took so long to get there.
        assertThat(inner.get()).isInstanceOfAny(CommandResult.Failure.class, CommandResult.Rejected.class);
    }

    @Test
    void aFailureIsRetriedAndThenDeadLetteredWithItsId() {
        ManualScheduler time = new ManualScheduler();
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean mended = new AtomicBoolean();
        try (Bus retrying = Bus.builder()
                .scheduler(time)
                .commands(Add.class, s -> s.withRetry(RetryPolicy.delivery()))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            retrying.handle(Add.class, add -> {
                calls.incrementAndGet();
                if (!mended.get()) {
                    throw new IllegalStateException("down");
                }
                return 1;
            });
            long start = time.nowMillis();
            CommandResult<Integer> result = retrying.execute(new Add(1, 2));
            assertThat(time.nowMillis() - start).isEqualTo(1_000 + 2_000 + 4_000);
            assertThat(calls).hasValue(4);
            DeadLetter letter = retrying.deadLetters().list().getFirst();
            assertThat(result).isInstanceOfSatisfying(CommandResult.Failure.class, failure -> {
                assertThat(failure.attempts()).isEqualTo(4);
                assertThat(failure.deadLetterId()).isEqualTo(letter.id());
            });
            assertThat(letter.reason()).isEqualTo(Reason.DELIVERY_LIMIT);

            CompletableFuture<Redrive> again = retrying.deadLetters().redrive(letter.id());
            time.advance(Duration.ofSeconds(10));
            assertThat(again).isCompletedWithValue(Redrive.FAILED_AGAIN);
            DeadLetter second = retrying.deadLetters().find(letter.id()).orElseThrow();
            assertThat(second.attempts()).isEqualTo(8);
            assertThat(second.deaths())
                    .singleElement()
                    .satisfies(death -> assertThat(death.count()).isEqualTo(2));

            mended.set(true);
            CompletableFuture<Redrive> last = retrying.deadLetters().redrive(letter.id());
            time.run();
            assertThat(last).isCompletedWithValue(Redrive.RESOLVED);
            assertThat(retrying.deadLetters().size()).isZero();
        }
    }

    @Test
    void aClosedBusRejects() {
        bus.handle(Add.class, add -> 1);
        bus.close();
        assertThat(bus.execute(new Add(1, 2)))
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.CLOSED));
        assertThat(bus.executeAsync(new Add(1, 2)).join()).isInstanceOf(CommandResult.Rejected.class);
        assertThatThrownBy(() -> bus.handle(Wait.class, wait -> "")).isInstanceOf(IllegalStateException.class);
    }

    record Endless(int depth) implements Command<Integer> {}

    @Test
    void commandsThatCauseThemselvesWithoutEndAreStopped() {
        bus.handle(Endless.class, endless -> switch (bus.execute(new Endless(endless.depth() + 1))) {
            case CommandResult.Success<Integer>(Integer depth) -> depth;
            case CommandResult.Rejected<Integer> rejected -> {
                assertThat(rejected.reason()).isEqualTo(Reason.TOO_DEEP);
                yield endless.depth();
            }
            case CommandResult.Failure<Integer> failure -> throw new AssertionError(failure.error());
        });
        assertThat(bus.execute(new Endless(0)).orElseThrow()).isEqualTo(BusBuilder.DEPTH_MAX_DEFAULT);
    }
}
