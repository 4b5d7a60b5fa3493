package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A registry that throws loses no message, and holds up no end. */
class BrokenRegistryTest extends Remote {
    private final FlakyRegistry registry = new FlakyRegistry();
    /** At the first that it throws. */
    private Runnable errorsOnce = () -> {};

    private Bus flaky() {
        return open(over("a")
                .registry(() -> registry)
                .events(settings -> settings.withConcurrencyMax(1))
                .errorHandler((envelope, handler, error, attempts) -> {
                    errors.add(error);
                    errorsOnce.run();
                }));
    }

    @Test
    void anEventThatIsTakenFromTheQueueWhileItThrowsWaits() {
        Bus bus = flaky();
        bus.subscribe(Paid.class, paid -> {
            heard.add(paid.number());
            if (heard.size() == 1) {
                registry.broken(true);
            }
        });
        bus.publish(new Paid(1));
        bus.publish(new Paid(2));
        time.advance(Duration.ofSeconds(10));
        assertThat(heard).containsExactly(1);
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED);
        assertThat(errors).hasSizeGreaterThan(5);
        registry.broken(false);
        time.advance(Duration.ofSeconds(1));
        assertThat(heard).containsExactly(1, 2);
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.ACCEPTED);
        EventLine line = bus.ledger().event(Paid.class);
        assertThat(line.dead()).isZero();
        assertThat(line.dropped()).isEmpty();
        assertThat(line.pending()).isZero();
    }

    @Test
    void itDoesNotTurnAnOrderRound() {
        SendOptions ofOneKey = SendOptions.DEFAULT.withOrderingKey("one");
        Bus bus = flaky();
        bus.subscribe(Paid.class, paid -> {
            heard.add(paid.number());
            if (heard.size() == 1) {
                registry.broken(true);
            }
        });
        bus.subscribe(Paid.class, paid -> {}, HandlerOptions.named("another"));
        errorsOnce = () -> registry.broken(false);
        for (int i = 1; i <= 4; i++) {
            bus.publish(new Paid(i), ofOneKey);
        }
        time.run();
        transport.offerReleased();
        time.advance(Duration.ofSeconds(10));
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(1, 2, 3, 4);
        assertThat(errors).hasSize(1);
    }

    @Test
    void whatWaitsForItWhenTheBusClosesIsForTheNextProcess() {
        Bus bus = over("c").durable("c").registry(() -> registry).build();
        bus.subscribe(Paid.class, paid -> {
            heard.add(paid.number());
            registry.broken(true);
        });
        bus.publish(new Paid(1), SendOptions.DEFAULT.withOrderingKey("one"));
        bus.publish(new Paid(2), SendOptions.DEFAULT.withOrderingKey("one"));
        time.run();
        bus.close();
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.RELEASED);
        registry.broken(false);
    }

    @Test
    void whatArrivesWhileItThrowsWaitsInItsOrder() {
        Bus bus = flaky();
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        Bus other = open("b");
        registry.broken(true);
        other.publish(new Paid(1));
        other.publish(new Paid(2));
        time.advance(Duration.ofSeconds(10));
        assertThat(transport.settlements).isEmpty();
        registry.broken(false);
        time.advance(Duration.ofSeconds(2));
        assertThat(heard).containsExactly(1, 2);
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.ACCEPTED);
        assertThat(errors).isNotEmpty().allSatisfy(error -> assertThat(error).hasMessageContaining("no directory"));
    }

    @Test
    void whoeverAsksMeanwhileIsTold() {
        Bus bus = flaky();
        bus.handle(StockOf.class, question -> 1);
        Bus other = open("b");
        registry.broken(true);
        CompletableFuture<CommandResult<Integer>> answer = other.executeAsync(new StockOf("x"));
        time.run();
        assertThat(answer)
                .isCompletedWithValueMatching(result -> result instanceof CommandResult.Rejected<Integer> rejected
                        && rejected.reason().code().equals("registry"));
        // Of the command and of its answer.
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.ACCEPTED);
        assertThat(bus.ledger().command(StockOf.class).pending()).isZero();
        registry.broken(false);
    }

    @Test
    void aBusThatClosesWhileItThrowsAnswersWhoeverWaits() {
        Bus away = open(over("b").durable("b"));
        away.handle(StockOf.class, question -> 3);
        transport.drop("b");
        Bus bus = flaky();
        Session session = bus.session("job");
        CompletableFuture<CommandResult<Integer>> waiting = bus.executeAsync(new StockOf("x"));
        time.run();
        assertThat(waiting).isNotDone();
        registry.broken(true);
        bus.close();
        assertThat(waiting).isCompleted();
        assertThat(session.isOpen()).isFalse();
        assertThat(transport.sessions()).doesNotContain("a");
    }
}
