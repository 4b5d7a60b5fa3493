package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.transport.Settlement;
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

    @Test
    void whileItClosesItsShareGoesToTheOthers() {
        Bus asking = open("a");
        Bus closing = open("b");
        Bus staying = open("c");
        closing.handle(StockOf.class, question -> 1);
        staying.handle(StockOf.class, question -> 2);
        closing.subscribe(
                Inside.class,
                inside -> {
                    throw new IllegalStateException("later");
                },
                HandlerOptions.DEFAULT.withRetry(RetryPolicy.delivery()));
        closing.publish(new Inside());
        time.run();
        List<CompletableFuture<CommandResult<Integer>>> asked = new ArrayList<>();
        List<Integer> answers = new ArrayList<>();
        time.schedule(
                () -> {
                    for (int i = 0; i < 4; i++) {
                        asked.add(asking.executeAsync(new StockOf("x")));
                    }
                },
                Duration.ofMillis(500).toNanos());
        time.schedule(
                () -> asked.stream()
                        .filter(CompletableFuture::isDone)
                        .forEach(answer -> answers.add(answer.join().orElseThrow())),
                Duration.ofMillis(600).toNanos());
        closing.close();
        assertThat(answers).containsExactly(2, 2, 2, 2);
    }

    @Test
    void aDurableNameKeepsItsShareForItsNextProcess() {
        Bus first = over("b").durable("b").build();
        first.handle(StockOf.class, question -> 1);
        first.close();
        CompletableFuture<CommandResult<Integer>> answer = open("a").executeAsync(new StockOf("x"));
        time.run();
        assertThat(answer).isNotDone();
        open(over("b").durable("b")).handle(StockOf.class, question -> 2);
        time.run();
        assertThat(answer.join().orElseThrow()).isEqualTo(2);
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
}
