package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a durable bus finds when it comes back. */
class DurableLinkTest extends Remote {
    private Bus durable() {
        return open(over("billing").durable("billing"));
    }

    /** An earlier process of that name hears of both, and 200 of one are waiting. */
    private void leaveBehind() {
        Bus before = over("billing").durable("billing").build();
        before.subscribe(Paid.class, paid -> {});
        before.subscribe(Shipped.class, shipped -> {});
        before.close();
        Bus other = open("other");
        IntStream.range(0, 200).forEach(i -> other.publish(new Paid(i)));
        other.publish(new Shipped(1_000));
    }

    @Test
    void allThatComesWhileItIsAwayIsKeptUnlessItSaysOtherwise() {
        durable();
        open(over("x").durable("few", new Absence(10, OverflowPolicy.REJECT_PUBLISH)));
        assertThat(transport.opened.getFirst().overflow()).isEqualTo(OverflowPolicy.SPILL);
        assertThat(transport.opened.getLast().overflow()).isEqualTo(OverflowPolicy.REJECT_PUBLISH);
        assertThat(transport.opened.getLast().queueMessagesMax()).isEqualTo(10);
    }

    @Test
    void whatComesBeforeItsHandlerWaitsPartlyHereAndTheRestAtTheTransport() {
        leaveBehind();
        Bus bus = durable();
        time.run();
        assertThat(transport.settlements).hasSize(100).hasOnlyElementsOfType(Settlement.Released.class);
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        time.run();
        assertThat(heard).hasSize(100);
        transport.offerReleased();
        time.run();
        assertThat(heard).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void whatNobodyHandlesAnyMoreDoesNotHoldUpTheRestAndIsADeadLetterInTheEnd() {
        leaveBehind();
        Bus bus = durable();
        bus.subscribe(Shipped.class, shipped -> heard.add(shipped.number()));
        time.run();
        assertThat(heard).containsExactly(1_000);
        assertThat(transport.filters("billing")).contains("shop/paid");
        time.advance(Duration.ofMinutes(2));
        transport.offerReleased();
        time.run();
        assertThat(transport.settlements)
                .filteredOn(new Settlement.Rejected("no_handler")::equals)
                .hasSize(200);
        assertThat(transport.filters("billing")).contains("shop/shipped").doesNotContain("shop/paid");
    }

    @Test
    void aCommandForASessionThatAKilledProcessHadIsAnsweredAndItsSubscriptionEnds() {
        Bus before = open(over("billing").durable("billing"));
        before.session("s").handle(StockOf.class, question -> 1);
        transport.drop("billing");
        durable();
        try (var same = open("other").session("s")) {
            assertThat(same.execute(new StockOf("x")))
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.NO_HANDLER));
        }
        time.run();
        assertThat(transport.filters("billing")).noneMatch(filter -> filter.startsWith("bus-sessions/"));
    }
}
