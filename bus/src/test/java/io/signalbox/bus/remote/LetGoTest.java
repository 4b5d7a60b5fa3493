package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was let go without a handler is let go again when the next link brings it, and nothing else is. */
class LetGoTest extends OneKey {
    private static final Duration NEXT_LINK = Duration.ofSeconds(10);

    private int toStop;
    private int stopped;

    private static Message named4711(String topic, int number) {
        return Message.to(Topic.ofMqtt(topic))
                .payload("{\"number\":" + number + "}")
                .properties(MessageProperties.builder()
                        .id("4711")
                        // Otherwise the transport takes it for one that it has seen.
                        .idempotencyKey(topic + number)
                        .build())
                .build();
    }

    private void send(String topic, int number) {
        transport.publish(named4711(topic, number));
    }

    private boolean passes(Envelope<?> envelope) {
        if (envelope.message() instanceof Paid && toStop > 0) {
            toStop--;
            stopped++;
            return false;
        }
        return true;
    }

    private Bus durable() {
        Bus bus = open(over("a")
                .durable("a")
                .events(settings -> settings.withConcurrencyMax(1))
                .orderingKey(Paid.class, paid -> paid.number() < BLOCKING ? "device" : "other")
                .eventFilter(this::passes));
        subscribe(bus);
        bus.subscribe(Shipped.class, shipped -> heard.add(shipped.number()));
        return bus;
    }

    private void stopsOneAndLosesTheLink() {
        toStop = 1;
        send("shop/paid", 1);
        transport.cut("a", DetachReason.SHUTTING_DOWN);
        time.advance(NEXT_LINK);
        assertThat(stopped).isOne();
        assertThat(transport.isAttached("a")).isTrue();
    }

    @Test
    void itsIdComesAgainOverTheSameLinkAndIsHandled() {
        durable();
        toStop = 1;
        send("shop/paid", 1);
        time.run();
        send("shop/paid", 2);
        time.run();
        assertThat(heard).containsExactly(2);
    }

    @Test
    void theNextLinkBringsItAgainAndItIsCounted() {
        Bus bus = durable();
        stopsOneAndLosesTheLink();
        assertThat(heard).isEmpty();
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED);
        assertThat(transport.kept() + transport.unsettled()).isZero();
        EventLine line = bus.ledger().event(Paid.class);
        assertThat(line.refused()).isEqualTo(Map.of(Reason.FILTERED, 1L, Reason.LINK_LOST, 1L));
        assertThat(line.arrived()).isEqualTo(2);
        assertThat(line.published()).isZero();
    }

    @Test
    void itIsLetGoOnceByEachLink() {
        Bus bus = durable();
        stopsOneAndLosesTheLink();
        send("shop/paid", 2);
        time.run();
        assertThat(heard).containsExactly(2);
        assertThat(bus.ledger().event(Paid.class).refused()).containsEntry(Reason.LINK_LOST, 1L);
    }

    @Test
    void anotherOfItsIdThatTheNextLinkBringsAgainIsHandled() {
        durable();
        toStop = 1;
        send("shop/paid", 1);
        time.run();
        whileBlocked = () -> {
            whileBlocked = () -> {};
            send("shop/paid", 2);
            time.run();
            transport.cut("a", DetachReason.SHUTTING_DOWN);
        };
        fromDevice(BLOCKING);
        time.advance(NEXT_LINK);
        assertThat(heard).containsExactly(BLOCKING, BLOCKING, 2);
    }

    @Test
    void itsIdOnAnotherTopicIsAnotherMessage() {
        durable();
        toStop = 1;
        send("shop/paid", 1);
        send("shop/shipped", 2);
        transport.cut("a", DetachReason.SHUTTING_DOWN);
        time.advance(NEXT_LINK);
        // By each of the links: without an inbox, what is begun is handled again.
        assertThat(heard).containsExactly(2, 2);
    }

    @Test
    void whatIsAwayHoldsUpNoneOfItsIdOnAnotherTopic() {
        transport = LoopbackTransport.retaining();
        durable();
        broken.add(1);
        fromDevice(1);
        send("shop/paid", 2);
        time.run();
        send("shop/shipped", 3);
        time.run();
        assertThat(heard).containsExactly(3);
    }
}
