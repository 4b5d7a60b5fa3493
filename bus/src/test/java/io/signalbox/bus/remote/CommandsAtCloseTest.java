package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.message.MessageKind;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A bus that closes leaves to others what it has not done, and nothing that it has. */
class CommandsAtCloseTest extends Remote {
    record Inside() implements Event {}

    @Test
    void whatWasHandledIsSettledBeforeItsProcessLeaves() {
        Bus asking = open("a");
        Bus closing = open("b");
        Bus other = open("c");
        closing.handle(StockOf.class, question -> {
            heard.add(1);
            return 1;
        });
        CompletableFuture<CommandResult<Integer>> answer = asking.executeAsync(new StockOf("x"));
        transport.answers.waitForTheTest();
        time.run();
        other.handle(StockOf.class, question -> {
            heard.add(2);
            return 2;
        });
        time.schedule(transport.answers::giveAll, 1_000_000);
        closing.close();
        time.run();
        assertThat(heard).containsExactly(1);
        // Of the command and of its answer.
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.ACCEPTED);
        assertThat(answer.join().orElseThrow()).isEqualTo(1);
    }

    /** Closes it while an event of its own is being retried, so that this takes a second. */
    private void closeSlowly(Bus closing, Runnable meanwhile) {
        closing.subscribe(
                Inside.class,
                inside -> {
                    throw new IllegalStateException("later");
                },
                HandlerOptions.DEFAULT.withRetry(RetryPolicy.delivery()));
        closing.publish(new Inside());
        time.run();
        time.schedule(meanwhile, Duration.ofMillis(500).toNanos());
        closing.close();
        time.run();
    }

    @Test
    void whatComesWhileItClosesIsForTheOthers() {
        Bus asking = open("a");
        Bus closing = open("b");
        Bus staying = open("c");
        closing.handle(StockOf.class, question -> 1);
        staying.handle(StockOf.class, question -> 2);
        List<CompletableFuture<CommandResult<Integer>>> asked = new ArrayList<>();
        closeSlowly(closing, () -> {
            for (int i = 0; i < 4; i++) {
                asked.add(asking.executeAsync(new StockOf("x")));
            }
        });
        assertThat(asked.stream().map(answer -> answer.join().orElseThrow())).containsExactly(2, 2, 2, 2);
    }

    @Test
    void alsoForOneThatComesMeanwhile() {
        Bus asking = open("a");
        Bus closing = open("b");
        closing.handle(StockOf.class, question -> 1);
        List<CompletableFuture<CommandResult<Integer>>> asked = new ArrayList<>();
        closeSlowly(closing, () -> {
            asked.add(asking.executeAsync(new StockOf("x")));
            open("c").handle(StockOf.class, question -> 2);
        });
        assertThat(asked.getFirst().join().orElseThrow()).isEqualTo(2);
    }

    @Test
    void whatASessionStillDoesTakesNoCommandOfOthers() {
        Bus asking = open("a");
        Bus closing = open("b");
        Bus staying = open("c");
        closing.handle(StockOf.class, question -> 1);
        closing.session("job")
                .subscribe(
                        Inside.class,
                        inside -> {
                            throw new IllegalStateException("later");
                        },
                        HandlerOptions.DEFAULT.withRetry(RetryPolicy.delivery()));
        closing.findSession("job").orElseThrow().publish(new Inside());
        time.run();
        List<CompletableFuture<CommandResult<Integer>>> asked = new ArrayList<>();
        time.schedule(
                () -> {
                    asked.add(asking.executeAsync(new StockOf("x")));
                    staying.handle(StockOf.class, question -> 2);
                },
                Duration.ofMillis(500).toNanos());
        closing.close();
        time.run();
        assertThat(asked.getFirst().join().orElseThrow()).isEqualTo(2);
    }

    /** Whoever is the last to leave a share group takes along what waits in it, on many a transport. */
    @Test
    void aDurableNameNeverLeavesItsShare() {
        Bus asking = open("a");
        Bus first = over("b").durable("b").build();
        first.handle(StockOf.class, question -> 1);
        List<CompletableFuture<CommandResult<Integer>>> asked = new ArrayList<>();
        List<String> left = new ArrayList<>();
        transport.faults.beforeUnsubscribing(() -> left.add("b"));
        closeSlowly(first, () -> asked.add(asking.executeAsync(new StockOf("x"))));
        assertThat(left).isEmpty();
        asked.add(asking.executeAsync(new StockOf("x")));
        time.run();
        assertThat(asked).noneMatch(CompletableFuture::isDone);
        transport.faults.none();
        open(over("b").durable("b")).handle(StockOf.class, question -> 2);
        time.run();
        assertThat(asked.stream().map(answer -> answer.join().orElseThrow())).containsExactly(2, 2);
    }

    @Test
    void anEventIsPendingUntilTheInboxHasNotedIt() {
        List<Long> pending = new ArrayList<>();
        List<Bus> noted = new ArrayList<>();
        Bus bus = open(over("a").inbox(new Inbox() {
            @Override
            public boolean isHandled(String consumer, String messageId) {
                return false;
            }

            @Override
            public void handled(String consumer, String messageId) {
                pending.add(noted.getFirst().ledger().event(Paid.class).pending());
            }
        }));
        noted.add(bus);
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        bus.publish(new Paid(1));
        time.run();
        assertThat(heard).containsExactly(1);
        assertThat(pending).containsExactly(1L);
        assertThat(bus.ledger().event(Paid.class).pending()).isZero();
    }

    /** Its own pool is closed, say: that it has begun is what counts. */
    @Test
    void oneThatItsHandlerRefusesAsClosedIsNotHandledAgain() {
        Bus asking = open("a");
        Bus closing = open("b");
        closing.handle(StockOf.class, question -> {
            heard.add(1);
            throw new RejectedMessageException(Reason.CLOSED, "the warehouse is closed");
        });
        CompletableFuture<CommandResult<Integer>> answer = asking.executeAsync(new StockOf("x"));
        while (closing.ledger().command(StockOf.class).pending() == 0) {
            assertThat(time.runNext()).isTrue();
        }
        open("c").handle(StockOf.class, question -> {
            heard.add(2);
            return 2;
        });
        closing.close();
        time.run();
        assertThat(heard).containsExactly(1);
        assertThat(answer.join())
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.CLOSED));
    }

    private Bus closingWithAReplyThatIsNeverAnswered() {
        Bus asking = open("a");
        Bus closing = open(over("b").drainTimeout(Duration.ofMinutes(5)));
        closing.handle(StockOf.class, question -> 1);
        transport.answers.waitForTheTest(message -> message.properties().kind() == MessageKind.RESPONSE);
        asking.executeAsync(new StockOf("x"));
        time.run();
        return closing;
    }

    @Test
    void anAnswerOfWhichTheTransportSaysNothingIsWaitedForATimeThatIsItsOwn() {
        Bus closing = closingWithAReplyThatIsNeverAnswered();
        long start = time.nanoTime();
        closing.close();
        assertThat(Duration.ofNanos(time.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void andNotAtAllOverALinkThatIsGone() {
        Bus closing = closingWithAReplyThatIsNeverAnswered();
        transport.closed(true);
        transport.end("b", DetachReason.SHUTTING_DOWN);
        time.run();
        long start = time.nanoTime();
        closing.close();
        assertThat(Duration.ofNanos(time.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
}
