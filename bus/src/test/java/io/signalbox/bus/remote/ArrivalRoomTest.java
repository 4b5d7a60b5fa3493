package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.Bus;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What arrives and finds no room waits; it is nobody's dead letter, and holds up nothing else. */
class ArrivalRoomTest extends Remote {
    private static final SendOptions OF_ONE_KEY = SendOptions.DEFAULT.withOrderingKey("one");

    @Test
    void whatFindsAFullQueueWaitsForRoomInItsOrder() {
        Bus bus = open(over("a").events(settings -> settings.withCapacity(2).withConcurrencyMax(1)));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        IntStream.range(0, 50).forEach(i -> bus.publish(new Paid(i)));
        time.run();
        assertThat(heard).isEqualTo(IntStream.range(0, 50).boxed().toList());
        assertThat(transport.settlements).hasSize(50).containsOnly(Settlement.ACCEPTED);
    }

    private void offerAtMostOnce(String session, int number) {
        transport.offerAtMostOnce(
                session,
                Message.to(Topic.ofMqtt("shop/paid"))
                        .payload("{\"number\":" + number + "}")
                        .build());
    }

    @Test
    void whatWasDeliveredAtMostOnceAndWaitsForRoomOutlivesItsLink() {
        Bus bus = open(over("a").events(settings -> settings.withCapacity(2).withConcurrencyMax(1)));
        bus.subscribe(Paid.class, paid -> {
            if (heard.isEmpty()) {
                transport.end("a", DetachReason.SHUTTING_DOWN);
            }
            heard.add(paid.number());
            time.await(new CompletableFuture<Void>(), Duration.ofMillis(10).toNanos());
        });
        IntStream.range(0, 10).forEach(number -> offerAtMostOnce("a", number));
        time.advance(Duration.ofSeconds(5));
        assertThat(heard).isEqualTo(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void whatWasDeliveredAtMostOnceAndFindsNoRoomBeforeItsHandlerIsCounted() {
        Bus before = over("billing").durable("billing").build();
        before.subscribe(Paid.class, paid -> {});
        before.close();
        Bus bus = open(over("billing").durable("billing"));
        IntStream.range(0, 103).forEach(number -> offerAtMostOnce("billing", number));
        time.run();
        assertThat(bus.status().droppedEarly()).isEqualTo(3);
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        time.run();
        assertThat(heard).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void whatTheRateDoesNotLetInWaitsForItsTime() {
        Bus bus = open(over("a")
                .events(settings -> settings.withCapacity(2)
                        .withConcurrencyMax(1)
                        .withOverflow(Overflow.adaptive(Duration.ofMillis(50)))));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        IntStream.range(0, 20).forEach(i -> bus.publish(new Paid(i)));
        time.advance(Duration.ofMinutes(1));
        assertThat(heard).isEqualTo(IntStream.range(0, 20).boxed().toList());
        assertThat(transport.settlements).hasSize(20).containsOnly(Settlement.ACCEPTED);
    }

    @Test
    void whatWasSentLongAgoDoesNotLookLikeCongestion() {
        Bus bus = open(over("a").events(settings -> settings.withOverflow(Overflow.adaptive(Duration.ofMillis(50)))));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        for (int i = 0; i < 200; i++) {
            transport.publish(Message.to(Topic.ofMqtt("shop/paid"))
                    .payload("{\"number\":" + i + "}")
                    .timestampMillis(time.nowMillis() - 3_600_000)
                    .properties(MessageProperties.builder()
                            .orderingKey(i % 2 == 0 ? null : "odd")
                            .build())
                    .build());
            time.advance(Duration.ofMillis(1));
        }
        assertThat(heard).hasSize(200);
        assertThat(bus.status().typesUnderPressure()).isZero();
        assertThat(bus.ledger().event(Paid.class).refused()).isEmpty();
    }

    @Test
    void blockHoldsUpPublishersAndNotTheLink() {
        CountDownLatch goOn = new CountDownLatch(1);
        try (Bus slow = Bus.over(transport)
                        .name("slow")
                        .events(settings -> settings.withCapacity(1)
                                .withConcurrencyMax(1)
                                .withOverflow(Overflow.block(Duration.ofHours(1))))
                        .build();
                Bus other = Bus.over(transport).name("other").build()) {
            slow.subscribe(Paid.class, paid -> goOn.await());
            other.handle(StockOf.class, question -> 7);
            IntStream.range(0, 10).forEach(i -> other.publish(new Paid(i)));
            CommandResult<Integer> answer =
                    slow.execute(new StockOf("x"), SendOptions.DEFAULT.withTimeout(Duration.ofSeconds(30)));
            goOn.countDown();
            assertThat(answer.orElseThrow()).isEqualTo(7);
        }
    }

    @Test
    void theCallersThreadIsNotForWhatArrives() {
        assertThatThrownBy(() -> Bus.over(transport).callerRuns().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("callerRuns()");
    }

    @Test
    void whatIsBehindADeadLetterWaitsAtTheTransportAndComesInOrder() {
        transport = LoopbackTransport.retaining();
        Bus bus = open("a");
        Set<Integer> broken = new HashSet<>(Set.of(0));
        bus.subscribe(
                Paid.class,
                paid -> {
                    if (broken.contains(paid.number())) {
                        throw new IllegalStateException("broken");
                    }
                    heard.add(paid.number());
                },
                HandlerOptions.named("payments"));
        IntStream.range(0, 5).forEach(i -> bus.publish(new Paid(i), OF_ONE_KEY));
        bus.publish(new Paid(100), SendOptions.DEFAULT.withOrderingKey("other"));
        time.run();
        assertThat(heard).containsExactly(100);
        assertThat(bus.status().pendingEvents()).isZero();
        assertThat(bus.ledger().event(Paid.class).dropped().getOrDefault(Reason.PARKED, 0L)
                        + bus.ledger().event(Paid.class).refused().getOrDefault(Reason.PARKED, 0L))
                .isEqualTo(4);
        assertThat(transport.settlements)
                .filteredOn(Settlement.Released.class::isInstance)
                .hasSize(4);
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(100);

        broken.clear();
        var redriven = bus.deadLetters().redriveAll(letter -> true);
        time.run();
        assertThat(redriven).isCompleted();
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(100, 0, 1, 2, 3, 4);
        assertThat(bus.deadLetters().size()).isZero();
    }
}
