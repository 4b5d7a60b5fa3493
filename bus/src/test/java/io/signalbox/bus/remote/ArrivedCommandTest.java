package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How long a command of another process matters. */
class ArrivedCommandTest extends Remote {
    private final List<Long> limits = new ArrayList<>();

    private Integer noteLimit(StockOf question) {
        limits.add(CurrentMessage.envelope().deadlineMillis() - time.nowMillis());
        return 1;
    }

    @Test
    void theTimeoutsOfHandlerAndTypeHoldForIt() {
        Bus asking = open("asking");
        try (Bus ofHandler = over("b").build()) {
            ofHandler.handle(StockOf.class, this::noteLimit, HandlerOptions.DEFAULT.withTimeout(Duration.ofSeconds(5)));
            asking.execute(new StockOf("x")).orElseThrow();
        }
        try (Bus ofType = over("b")
                .commands(StockOf.class, settings -> settings.withTimeout(Duration.ofSeconds(6)))
                .build()) {
            ofType.handle(StockOf.class, this::noteLimit);
            asking.execute(new StockOf("x")).orElseThrow();
        }
        assertThat(limits).containsExactly(5_000L, 6_000L);
    }

    @Test
    void whoGivesNoTimeoutWaitsAsLongAsTheBusAndTheHandlerKnows() {
        Bus asking = open(over("asking").requestTimeout(Duration.ofSeconds(7)));
        open("b").handle(StockOf.class, this::noteLimit);
        asking.execute(new StockOf("x")).orElseThrow();
        asking.execute(new StockOf("x"), SendOptions.DEFAULT.withTimeout(Duration.ofMinutes(1)))
                .orElseThrow();
        assertThat(limits).containsExactly(7_000L, 60_000L);
    }

    @Test
    void oneThatCameTooLateIsNotBegun() {
        Bus before = over("b").durable("b").build();
        before.handle(StockOf.class, this::noteLimit);
        transport.drop("b");
        Bus asking = open("asking");
        CompletableFuture<CommandResult<Integer>> answer = asking.executeAsync(new StockOf("x"));
        time.advance(Duration.ofMinutes(10));
        assertThat(answer).isCompletedWithValueMatching(this::isTimeout);
        Bus after = open(over("b").durable("b"));
        after.handle(StockOf.class, this::noteLimit);
        time.run();
        assertThat(limits).isEmpty();
        assertThat(after.ledger().command(StockOf.class).rejected()).containsEntry(Reason.EXPIRED, 1L);
    }

    private boolean isTimeout(CommandResult<?> result) {
        return result instanceof CommandResult.Failure<?> failure && failure.error() instanceof TimeoutException;
    }

    @Test
    void whoGivesUpTellsWhoeverHandlesIt() {
        Bus away = over("b").durable("b").build();
        away.handle(StockOf.class, this::noteLimit);
        transport.drop("b");
        Bus asking = open("asking");
        CompletableFuture<CommandResult<Integer>> answer =
                asking.executeAsync(new StockOf("x"), SendOptions.DEFAULT.withTimeout(Duration.ofSeconds(3)));
        time.advance(Duration.ofSeconds(2));
        assertThat(answer).isNotDone();
        time.advance(Duration.ofSeconds(2));
        assertThat(answer).isCompletedWithValueMatching(this::isTimeout);
        assertThat(transport.published.getLast().topic().text()).startsWith("bus-cancels/");
    }

    @Test
    void oneThatCannotBeWrittenIsRejectedAndLeavesNothingBehind() {
        Bus asking = open(over("asking").codec(new BrokenCodec(StockOf.class::isInstance, type -> false)));
        int before = time.timers();
        try (var session = asking.session("s")) {
            assertThat(session.executeAsync(new StockOf("x")))
                    .isCompletedWithValueMatching(result -> result instanceof CommandResult.Rejected<Integer> rejected
                            && rejected.reason() == Reason.INVALID
                            && rejected.detail().contains("broken pencil"));
            assertThat(session.close(Duration.ofSeconds(1))).isZero();
        }
        assertThat(time.timers()).isEqualTo(before);
        assertThat(asking.ledger().command(StockOf.class).pending()).isZero();
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAFailure() {
        Bus asking = open("asking");
        Bus there = open(over("b").codec(new BrokenCodec(Integer.class::isInstance, type -> false)));
        there.handle(StockOf.class, question -> 5);
        assertThat(asking.execute(new StockOf("x")))
                .isInstanceOfSatisfying(
                        CommandResult.Failure.class,
                        failure -> assertThat(failure.error()).hasMessageContaining("broken pencil"));
    }
}
