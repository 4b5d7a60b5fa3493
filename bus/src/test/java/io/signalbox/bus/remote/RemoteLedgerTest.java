package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import org.junit.jupiter.api.Test;

/** The books of a bus over a transport. */
class RemoteLedgerTest extends Remote {
    private static void assertCloses(EventLine line) {
        long refused =
                line.refused().values().stream().mapToLong(Long::longValue).sum();
        long dropped =
                line.dropped().values().stream().mapToLong(Long::longValue).sum();
        assertThat(line.published() + line.arrived()).isEqualTo(line.accepted() + line.unheard() + refused);
        assertThat(line.accepted()).isEqualTo(line.sent() + line.handled() + line.dead() + dropped + line.pending());
    }

    @Test
    void anEventIsPublishedOnceWhoeverHearsOfIt() {
        Bus a = open("a");
        Bus b = open("b");
        a.subscribe(Paid.class, paid -> heard.add(paid.number()));
        b.subscribe(Paid.class, paid -> heard.add(paid.number()));
        a.publish(new Paid(1));
        time.run();
        EventLine here = a.ledger().event(Paid.class);
        assertThat(here.published()).isEqualTo(1);
        assertThat(here.sent()).isEqualTo(1);
        assertThat(here.arrived()).isEqualTo(1);
        assertThat(here.handled()).isEqualTo(1);
        assertCloses(here);
        EventLine there = b.ledger().event(Paid.class);
        assertThat(there.published()).isZero();
        assertThat(there.arrived()).isEqualTo(1);
        assertThat(there.handled()).isEqualTo(1);
        assertCloses(there);
    }

    @Test
    void whatTheTransportRefusesLaterIsDeadAndNotSent() {
        Bus a = open("a");
        a.subscribe(Paid.class, paid -> heard.add(paid.number()));
        transport.answers.waitForTheTest();
        transport.answers.refuse(message -> true);
        assertThat(a.publish(new Paid(1))).isEqualTo(PublishResult.ACCEPTED);
        assertThat(a.ledger().event(Paid.class).sent()).isEqualTo(1);
        transport.answers.giveAll();
        time.run();
        EventLine line = a.ledger().event(Paid.class);
        assertThat(line.sent()).isZero();
        assertThat(line.dead()).isEqualTo(1);
        assertThat(a.deadLetters().size()).isEqualTo(1);
        assertCloses(line);
        transport.answers.refuseNone();
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndCounted() {
        Bus a = open(over("a").codec(new BrokenCodec(Paid.class::isInstance, type -> false)));
        assertThat(a.publish(new Paid(1))).isInstanceOfSatisfying(PublishResult.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.INVALID);
            assertThat(refused.detail()).contains("broken pencil");
        });
        assertThat(a.ledger().event(Paid.class).refused()).containsEntry(Reason.INVALID, 1L);
        assertCloses(a.ledger().event(Paid.class));
    }

    @Test
    void whatItsLastHandlerHasLeftIsNotCalledHandled() {
        record Inside(int number) implements Event {}
        Bus a = open("a");
        var only = a.subscribe(Inside.class, inside -> heard.add(inside.number()));
        a.publish(new Inside(1));
        only.close();
        time.run();
        EventLine line = a.ledger().event(Inside.class);
        assertThat(line.handled()).isZero();
        assertThat(line.dropped()).containsEntry(Reason.NO_HANDLER, 1L);
        assertCloses(line);
    }
}
