package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.Bus;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.query.Gather;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing of the user's that throws while a delivery is taken or settled makes a bus deaf. */
class ArrivalFaultsTest extends Remote {
    private static final class FlakyInbox implements Inbox {
        private final Set<String> handled = new HashSet<>();
        private boolean readable = true;
        private boolean writable = true;

        @Override
        public boolean isHandled(String consumer, String messageId) {
            if (!readable) {
                throw new IllegalStateException("no connection to read");
            }
            return handled.contains(messageId);
        }

        @Override
        public void handled(String consumer, String messageId) {
            if (!writable) {
                throw new IllegalStateException("no connection to write");
            }
            handled.add(messageId);
        }
    }

    private final FlakyInbox inbox = new FlakyInbox();

    @Test
    void whileTheInboxIsDownDeliveriesWaitInTheirOrder() {
        Bus bus = open(over("a").inbox(inbox).events(settings -> settings.withConcurrencyMax(1)));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        inbox.readable = false;
        bus.publish(new Paid(1));
        bus.publish(new Paid(2));
        time.advance(Duration.ofSeconds(5));
        assertThat(heard).isEmpty();
        assertThat(transport.settlements).isEmpty();
        inbox.readable = true;
        time.advance(Duration.ofSeconds(1));
        bus.publish(new Paid(3));
        time.run();
        assertThat(heard).containsExactly(1, 2, 3);
        assertThat(transport.settlements).hasSize(3).containsOnly(Settlement.ACCEPTED);
    }

    @Test
    void anEventThatTheInboxCannotNoteIsGivenBackAndItsKeyGoesOn() {
        Bus bus = open(over("a").inbox(inbox).orderingKey(Paid.class, paid -> "one"));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        inbox.writable = false;
        bus.publish(new Paid(1));
        time.run();
        assertThat(heard).containsExactly(1);
        assertThat(transport.settlements).singleElement().isInstanceOf(Settlement.Released.class);
        inbox.writable = true;
        transport.offerReleased();
        bus.publish(new Paid(2));
        time.run();
        assertThat(heard).containsExactly(1, 2);
        assertThat(transport.settlements).endsWith(Settlement.ACCEPTED, Settlement.ACCEPTED);
        assertThat(inbox.handled).hasSize(2);
    }

    private List<Duration> pauses() {
        return transport.settlements.stream()
                .filter(Settlement.Released.class::isInstance)
                .map(settlement -> ((Settlement.Released) settlement).delay())
                .toList();
    }

    @Test
    void whileTheInboxCannotWriteWhatWasHandledIsNotHandledAgainAndComesEverMoreRarely() {
        Bus bus = open(over("a").inbox(inbox));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        inbox.writable = false;
        bus.publish(new Paid(1));
        time.run();
        for (int copy = 0; copy < 20; copy++) {
            transport.offerReleased();
            time.run();
        }
        assertThat(heard).containsExactly(1);
        assertThat(pauses()).hasSize(21).isSorted().startsWith(Duration.ofMillis(100), Duration.ofMillis(200));
        assertThat(pauses().getLast()).isEqualTo(Duration.ofMinutes(1));
        inbox.writable = true;
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(1);
        assertThat(transport.settlements).endsWith(Settlement.ACCEPTED);
        assertThat(inbox.handled).hasSize(1);
    }

    @Test
    void norIsItByTheNextLink() {
        Bus bus = open(over("a").durable("a").inbox(inbox));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        inbox.writable = false;
        bus.publish(new Paid(1));
        time.run();
        transport.cut("a", DetachReason.SHUTTING_DOWN);
        inbox.writable = true;
        time.advance(Duration.ofSeconds(10));
        assertThat(heard).containsExactly(1);
        assertThat(transport.settlements).endsWith(Settlement.ACCEPTED);
        assertThat(transport.kept() + transport.unsettled()).isZero();
        assertThat(inbox.handled).hasSize(1);
    }

    @Test
    void whatTheCodecFailsAtIsRejectedAndTheNextIsTaken() {
        Bus bus = open(over("a").codec(new BrokenCodec(value -> false, type -> type == Paid.class)));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        bus.subscribe(Shipped.class, shipped -> heard.add(shipped.number()));
        bus.publish(new Paid(1));
        bus.publish(new Shipped(2));
        time.run();
        assertThat(transport.settlements)
                .containsExactly(new Settlement.Rejected("payload_unreadable"), Settlement.ACCEPTED);
        assertThat(heard).containsExactly(2);
    }

    @Message(name = "misspelled", accepts = "1.2-2")
    record Misspelled() implements Event {}

    @Test
    void aRangeOfVersionsThatIsNoneIsRefusedWithTheHandler() {
        Bus bus = open("a");
        assertThatThrownBy(() -> bus.subscribe(Misspelled.class, event -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Misspelled")
                .hasMessageContaining("'1.2-2' is no range of versions");
        assertThat(bus.status().registeredHandlers()).isZero();
    }

    @Test
    void aCommandThatCannotBeAnsweredIsRejectedAndTheNextIsTaken() {
        Bus bus = open("a");
        bus.handle(StockOf.class, question -> {
            heard.add(question.item().length());
            return 1;
        });
        transport.publish(io.signalbox.message.Message.to(Topic.ofMqtt("bus/stock-of"))
                .payload("{\"item\":\"lost\"}")
                .properties(MessageProperties.builder()
                        .kind(MessageKind.COMMAND)
                        .contentType("application/json")
                        .replyTo("no/#/topic")
                        .correlation(new byte[] {1})
                        .build())
                .build());
        time.run();
        assertThat(transport.settlements).containsExactly(new Settlement.Rejected("malformed"));
        assertThat(open("b").execute(new StockOf("x")).orElseThrow()).isEqualTo(1);
        assertThat(heard).containsExactly(1);
    }

    @Test
    void aFilterOfAQueryThatThrowsIsCountedAndDoesNotPass() {
        Filter broken = envelope -> {
            throw new IllegalStateException("no such header");
        };
        Bus here = open("a");
        Bus there = open("b");
        here.answer(WeightOf.class, query -> 1, HandlerOptions.DEFAULT.withFilter(broken));
        there.answer(WeightOf.class, query -> 2, HandlerOptions.DEFAULT.withFilter(broken));
        there.answer(WeightOf.class, query -> 3);
        assertThat(here.gather(new WeightOf("x"), Gather.first(Duration.ofSeconds(5)))
                        .answers())
                .containsExactly(3);
        assertThat(errors).hasSize(2).allSatisfy(error -> assertThat(error).hasMessage("no such header"));
    }

    @Test
    void whatTheFilterOfTheBusDoesNotPassIsCountedAndNoDeadLetter() {
        Bus bus = open(over("a").eventFilter(Filter.header("region", "eu")));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        Bus other = open("b");
        other.publish(new Paid(1), SendOptions.DEFAULT.withHeader("region", "us"));
        other.publish(new Paid(2), SendOptions.DEFAULT.withHeader("region", "eu"));
        time.run();
        assertThat(heard).containsExactly(2);
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.ACCEPTED);
        assertThat(bus.ledger().event(Paid.class).refused()).containsExactly(Map.entry(Reason.FILTERED, 1L));
    }

    @Test
    void whatItThrowsAtIsADeadLetter() {
        Bus bus = open(over("a").eventFilter(envelope -> {
            throw new IllegalStateException("no lookup");
        }));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        open("b").publish(new Paid(1));
        time.run();
        assertThat(heard).isEmpty();
        assertThat(transport.settlements).containsExactly(new Settlement.Rejected("filter_failed"));
        assertThat(errors).singleElement().satisfies(error -> assertThat(error).hasMessage("no lookup"));
    }

    @Test
    void aTimerOfAQueryEndsWithItsLastAnswer() {
        Bus here = open("a");
        Bus there = open("b");
        there.answer(WeightOf.class, query -> 3);
        there.answer(WeightOf.class, query -> 4);
        int before = time.timers();
        assertThat(here.gather(new WeightOf("x"), Gather.quorum(2, Duration.ofHours(1)))
                        .answers())
                .containsExactlyInAnyOrder(3, 4);
        time.run();
        assertThat(time.timers()).isEqualTo(before);
    }
}
