package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.Bus;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LinkLossTest extends Remote {
    @Test
    void aLinkThatIsLostIsOpenedAgainWithAllItsSubscriptions() {
        Bus bus = open("a");
        Bus other = open("b");
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        transport.closed(true);
        transport.end("a", DetachReason.SHUTTING_DOWN);
        time.run();
        assertThat(bus.status().linked()).isFalse();
        assertThat(bus.status().open()).isTrue();
        bus.handle(StockOf.class, question -> 3);
        time.advance(Duration.ofMinutes(2));
        assertThat(bus.status().linked()).isFalse();

        transport.closed(false);
        time.advance(Duration.ofMinutes(1));
        assertThat(bus.status().linked()).isTrue();
        other.publish(new Paid(1));
        assertThat(other.execute(new StockOf("x")).orElseThrow()).isEqualTo(3);
        time.run();
        assertThat(heard).containsExactly(1);
    }

    @Test
    void whoeverWaitsForAnAnswerIsToldAndSoIsWhoeverAsksLater() {
        Bus away = open(over("b").durable("b"));
        away.handle(StockOf.class, question -> 3);
        transport.drop("b");
        Bus bus = open("a");
        CompletableFuture<CommandResult<Integer>> waiting = bus.executeAsync(new StockOf("x"));
        time.run();
        assertThat(waiting).isNotDone();
        transport.closed(true);
        transport.end("a", DetachReason.REVOKED);
        time.run();
        assertThat(waiting)
                .isCompletedWithValueMatching(result -> result instanceof CommandResult.Failure<Integer> failure
                        && String.valueOf(failure.error().getMessage()).contains("REVOKED"));
        assertThat(bus.execute(new StockOf("x")))
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.TRANSPORT));
    }

    @Test
    void whoeverHasTakenTheNameKeepsIt() {
        Bus first = open("a");
        first.subscribe(Paid.class, paid -> heard.add(1));
        Bus second = open("a");
        second.subscribe(Paid.class, paid -> heard.add(2));
        time.advance(Duration.ofMinutes(10));
        assertThat(first.status().linked()).isFalse();
        assertThat(second.status().linked()).isTrue();
        second.publish(new Paid(1));
        time.run();
        assertThat(heard).containsExactly(2);
    }

    @Test
    void aBusThatIsClosedWhileItsLinkIsOpenedAnewLeavesNoSessionBehind() {
        Bus bus = open("a");
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        transport.end("a", DetachReason.SHUTTING_DOWN);
        time.run();
        transport.faults.beforeOpening(bus::close);
        time.advance(Duration.ofMinutes(1));
        assertThat(bus.status().open()).isFalse();
        assertThat(transport.sessions()).isEmpty();
    }

    @Test
    void aTransportThatThrowsWhenALinkIsOpenedAnewIsTriedAgain() {
        Bus bus = open("a");
        transport.faults.beforeOpening(() -> {
            throw new NullPointerException("a fault of the transport's own");
        });
        transport.end("a", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofMinutes(2));
        assertThat(bus.status().linked()).isFalse();
        transport.faults.none();
        time.advance(Duration.ofMinutes(1));
        assertThat(bus.status().linked()).isTrue();
    }

    /** The link of "a" is lost, and its opening anew is not answered for a minute. */
    private CompletableFuture<Void> openingIsSlow() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        transport.faults.answerOpeningsAfter(answer);
        transport.end("a", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofMinutes(1));
        return answer;
    }

    @Test
    void aSessionThatComesWhenItsBusIsClosedIsEnded() {
        Bus bus = open("a");
        CompletableFuture<Void> answer = openingIsSlow();
        bus.close();
        answer.complete(null);
        assertThat(transport.opened).hasSize(2);
        assertThat(transport.sessions()).isEmpty();
    }

    @Test
    void oneThatComesLateTakesNoOthersPlace() {
        Bus bus = open("a");
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        CompletableFuture<Void> answer = openingIsSlow();
        assertThat(bus.status().linked()).isFalse();
        answer.complete(null);
        time.advance(Duration.ofMinutes(1));
        assertThat(bus.status().linked()).isTrue();
        assertThat(transport.opened).hasSize(3);
        bus.publish(new Paid(1));
        time.run();
        assertThat(heard).containsExactly(1);
    }

    @Test
    void aHandlerThatLeavesWhileTheLinkIsDownTakesItsSubscriptionAlong() {
        Bus bus = open(over("billing").durable("billing"));
        bus.subscribe(Shipped.class, shipped -> heard.add(shipped.number()));
        Registration paid = bus.subscribe(Paid.class, event -> heard.add(event.number()));
        Registration stock = bus.handle(StockOf.class, question -> 1);
        transport.closed(true);
        transport.cut("billing", DetachReason.SHUTTING_DOWN);
        time.run();
        paid.close();
        stock.close();
        transport.closed(false);
        time.advance(Duration.ofMinutes(1));
        assertThat(transport.filters("billing"))
                .contains("shop/shipped")
                .doesNotContain("shop/paid", "bus/stock-of", "bus-cancels/bus/stock-of");
        assertThat(open("other").execute(new StockOf("x"))).isInstanceOf(CommandResult.Rejected.class);
    }

    @Test
    void aSubscriptionThatCouldNotBeEndedIsEndedWhenSomethingComesForIt() {
        Bus bus = open(over("billing").durable("billing"));
        Registration paid = bus.subscribe(Paid.class, event -> heard.add(event.number()));
        transport.faults.beforeUnsubscribing(() -> {
            throw new IllegalStateException("no answer");
        });
        assertThatThrownBy(paid::close).hasMessage("no answer");
        Bus other = open("other");
        other.publish(new Paid(1));
        time.run();
        assertThat(transport.filters("billing")).contains("shop/paid");
        transport.faults.none();
        other.publish(new Paid(2));
        time.run();
        assertThat(transport.filters("billing")).doesNotContain("shop/paid");
        assertThat(heard).isEmpty();
    }

    @Test
    void anOpeningThatIsNeverAnsweredIsGivenUp() {
        Bus bus = open("a");
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        CompletableFuture<Void> never = openingIsSlow();
        transport.faults.none();
        time.advance(Duration.ofMinutes(2));
        assertThat(bus.status().linked()).isTrue();
        bus.publish(new Paid(1));
        time.run();
        assertThat(heard).containsExactly(1);

        // It is answered after all, by a session that takes the place of the one that there is.
        never.complete(null);
        time.advance(Duration.ofSeconds(10));
        assertThat(bus.status().linked()).isTrue();
        bus.publish(new Paid(2));
        time.run();
        assertThat(heard).containsExactly(1, 2);
    }

    /** The link of "a" is up again, and one of its openings was given up. */
    private CompletableFuture<Void> oneOpeningIsGivenUp(Bus bus) {
        CompletableFuture<Void> answer = openingIsSlow();
        transport.faults.none();
        time.advance(Duration.ofMinutes(2));
        assertThat(bus.status().linked()).isTrue();
        return answer;
    }

    private void assertThatASuccessorKeepsTheName(Bus bus) {
        Bus successor = open("a");
        time.advance(Duration.ofMinutes(1));
        assertThat(bus.status().linked()).isFalse();
        assertThat(successor.status().linked()).isTrue();
    }

    @Test
    void anOpeningThatWasGivenUpAndRefusedTakesTheNameFromNobody() {
        Bus bus = open("a");
        oneOpeningIsGivenUp(bus).completeExceptionally(new IllegalStateException("connection reset"));
        assertThatASuccessorKeepsTheName(bus);
    }

    @Test
    void norDoesOneThatIsNeverAnswered() {
        Bus bus = open("a");
        oneOpeningIsGivenUp(bus);
        time.advance(Duration.ofHours(2));
        assertThatASuccessorKeepsTheName(bus);
    }

    @Test
    void norOneWhoseSessionCameWhileThereWasNoLink() {
        Bus bus = open("a");
        CompletableFuture<Void> answer = oneOpeningIsGivenUp(bus);
        transport.end("a", DetachReason.SHUTTING_DOWN);
        answer.complete(null);
        time.advance(Duration.ofMinutes(2));
        assertThat(bus.status().linked()).isTrue();
        assertThatASuccessorKeepsTheName(bus);
    }
}
