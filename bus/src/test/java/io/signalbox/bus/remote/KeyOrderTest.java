package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.Session;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a dead event that came over a transport: what came after it with its key is handled in order. */
class KeyOrderTest extends OneKey {
    /** Its only worker is at {@link #BLOCKING} for two seconds, during which retries come due. */
    private BusBuilder withOneWorker() {
        return over("a")
                .events(settings -> settings.withConcurrencyMax(1)
                        .withRetry(RetryPolicy.exponential(1, Duration.ofSeconds(1), Duration.ofSeconds(1))));
    }

    /** The first is being retried, the second waits behind it, the third is still in the queue when the first dies. */
    private void dieWhileTheThirdIsInTheQueue(Bus bus) {
        subscribe(bus);
        broken.add(1);
        bus.publish(new Paid(1), OF_ONE_KEY);
        bus.publish(new Paid(2), OF_ONE_KEY);
        time.run();
        whileBlocked = () -> bus.publish(new Paid(3), OF_ONE_KEY);
        bus.publish(new Paid(BLOCKING), OF_ANOTHER);
        time.run();
    }

    @Test
    void behindADeadEventThatIsNotKeptNothingIsGivenBack() {
        dieWhileTheThirdIsInTheQueue(open(withOneWorker()));
        assertThat(heard).containsExactly(2, BLOCKING, 3);
        assertThat(transport.settlements)
                .contains(new Settlement.Rejected("delivery_limit"))
                .noneMatch(Settlement.Released.class::isInstance);
    }

    @Test
    void norBehindOneThatIsDiscardedAtOnce() {
        transport = LoopbackTransport.retaining();
        List<Bus> made = new ArrayList<>();
        Bus bus = open(withOneWorker()
                .onDeadLetter(letter -> made.getFirst().deadLetters().discard(letter.id())));
        made.add(bus);
        dieWhileTheThirdIsInTheQueue(bus);
        assertThat(heard).containsExactly(2, BLOCKING, 3);
        assertThat(transport.settlements).containsOnly(Settlement.ACCEPTED);
    }

    @Test
    void whatIsBehindOneThatIsKeptGoesBackTogetherThoughSomeOfItIsStillInTheQueue() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(withOneWorker());
        subscribe(bus);
        broken.add(1);
        bus.publish(new Paid(1), OF_ONE_KEY);
        bus.publish(new Paid(2), OF_ONE_KEY);
        time.run();
        whileBlocked = () -> {
            bus.publish(new Paid(3), OF_ONE_KEY);
            time.await(new CompletableFuture<Void>(), Duration.ofSeconds(2).toNanos());
            String dead = bus.deadLetters().list().getFirst().id();
            bus.deadLetters().discard(dead);
        };
        bus.publish(new Paid(BLOCKING), OF_ANOTHER);
        time.run();
        bus.publish(new Paid(4), OF_ONE_KEY);
        time.run();
        assertThat(heard).containsExactly(BLOCKING);
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(BLOCKING, 2, 3, 4);
        assertThat(bus.status().pendingEvents()).isZero();
    }

    @Test
    void aKeyThatTheReceiverGivesWaitsForWhatWasGivenBack() {
        Bus bus = givingKeys();
        broken.add(1);
        IntStream.rangeClosed(1, 3).forEach(this::fromDevice);
        redriveAll(bus);
        fromDevice(4);
        assertThat(heard).containsExactly(1);
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(1, 2, 3, 4);
        fromDevice(5);
        assertThat(heard).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void inWhateverOrderThatComesAgain() {
        Bus bus = givingKeys();
        broken.add(1);
        IntStream.rangeClosed(1, 4).forEach(this::fromDevice);
        redriveAll(bus);
        for (int round = 0; round < 3; round++) {
            transport.offerReleased(List::reversed);
            time.run();
        }
        assertThat(heard).containsExactly(1, 2, 3, 4);
    }

    @Test
    void messagesThatLookAlikeAreNotTakenForEachOther() {
        Bus bus = givingKeys();
        broken.add(1);
        IntStream.of(1, 7, 8, 7).forEach(this::fromDevice);
        redriveAll(bus);
        transport.offerReleased(released -> released.subList(0, 2));
        time.run();
        fromDevice(9);
        assertThat(heard).containsExactly(1, 7, 8);
        transport.offerReleased();
        time.run();
        assertThat(heard).containsExactly(1, 7, 8, 7, 9);
    }

    /** The transport knows it no more once it is delivered, so it cannot be asked to keep it. */
    @Test
    void whatIsDeliveredAtMostOnceWaitsHere() {
        transport = LoopbackTransport.retaining();
        Bus bus = open("a");
        subscribe(bus);
        broken.add(1);
        bus.publish(new Paid(1), OF_ONE_KEY);
        time.run();
        for (int number = 2; number <= 3; number++) {
            transport.offerAtMostOnce(
                    "a",
                    Message.to(Topic.ofMqtt("shop/paid"))
                            .payload("{\"number\":" + number + "}")
                            .properties(MessageProperties.builder()
                                    .orderingKey("one")
                                    .build())
                            .build());
        }
        time.run();
        assertThat(heard).isEmpty();
        redriveAll(bus);
        assertThat(heard).containsExactly(1, 2, 3);
    }

    @Test
    void whatCameBeforeItsHandlerIsNotOvertakenWhenThatIsThere() {
        Bus before = over("billing").durable("billing").build();
        before.subscribe(Paid.class, paid -> {});
        before.close();
        IntStream.range(0, 103).forEach(this::fromDevice);
        Bus bus = open(over("billing").durable("billing").orderingKey(Paid.class, paid -> "device"));
        time.run();
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        time.run();
        fromDevice(103);
        assertThat(heard).hasSize(100);
        for (int round = 0; round < 4; round++) {
            transport.offerReleased(List::reversed);
            time.run();
        }
        assertThat(heard).isEqualTo(IntStream.rangeClosed(0, 103).boxed().toList());
    }

    @Test
    void whatWaitsInThisProcessForRoomIsNotTakenForLost() {
        awayBehindOneThatWasRedriven(
                builder -> builder.events(settings -> settings.withCapacity(2).withConcurrencyMax(1)));
        whileBlocked = () -> {
            IntStream.rangeClosed(BLOCKING + 1, BLOCKING + 3).forEach(this::fromDevice);
            transport.offerReleased(List::reversed);
            time.advance(Duration.ofMinutes(2));
        };
        fromDevice(BLOCKING);
        time.advance(Duration.ofSeconds(1));
        offerAllAgain();
        assertThat(heard).endsWith(2, 3).hasSize(7);
    }

    @Test
    void whatWasAwayWhileThisProcessStoodStillIsNotLost() {
        awayBehindOneThatWasRedriven(UnaryOperator.identity());
        time.pass(Duration.ofMinutes(5));
        transport.offerReleased(List::reversed);
        time.run();
        offerAllAgain();
        assertThat(heard).containsExactly(1, 2, 3);
    }

    @Test
    void whatEndedWithItsLinkIsNotWaitedFor() {
        Bus bus = awayBehindOneThatWasRedriven(UnaryOperator.identity());
        transport.end("a", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofSeconds(2));
        fromDevice(4);
        assertThat(heard).containsExactly(1, 4);
        assertThat(bus.status().pendingEvents()).isZero();
    }

    @Test
    void whatIsHereWhenItsLinkIsLostWaitsHere() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(withOneWorker());
        subscribe(bus);
        broken.add(1);
        bus.publish(new Paid(1), OF_ONE_KEY);
        bus.publish(new Paid(2), OF_ONE_KEY);
        time.run();
        transport.end("a", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofSeconds(3));
        assertThat(bus.deadLetters().size()).isOne();
        assertThat(heard).isEmpty();
        redriveAll(bus);
        assertThat(heard).containsExactly(1, 2);
        assertThat(bus.status().pendingEvents()).isZero();
    }

    @Test
    void whatComesTwiceSinceItsLinkWasLostIsWaitedForOnce() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a")
                .durable("a")
                .events(settings ->
                        settings.withRetry(RetryPolicy.exponential(1, Duration.ofSeconds(5), Duration.ofSeconds(5))))
                .orderingKey(Paid.class, paid -> "device"));
        subscribe(bus);
        broken.add(1);
        IntStream.rangeClosed(1, 3).forEach(this::fromDevice);
        transport.cut("a", DetachReason.SHUTTING_DOWN);
        time.advance(Duration.ofSeconds(10));
        redriveAll(bus);
        offerAllAgain();
        fromDevice(4);
        offerAllAgain();
        assertThat(heard)
                .as("the first was begun before its link was lost; the others were not")
                .containsExactly(1, 2, 3, 1, 4);
    }

    @Test
    void whatIsDroppedAfterItsLinkWasLostDoesNotComeAgainBehindWhatItWasBefore() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a")
                .durable("a")
                .events(settings ->
                        settings.withCapacity(4).withConcurrencyMax(1).withOverflow(Overflow.dropOldest()))
                .orderingKey(Paid.class, paid -> paid.number() < BLOCKING ? "device" : "other"));
        subscribe(bus);
        whileBlocked = () -> {
            whileBlocked = () -> {};
            IntStream.rangeClosed(1, 2).forEach(this::fromDevice);
            transport.cut("a", DetachReason.SHUTTING_DOWN);
        };
        fromDevice(BLOCKING);
        time.advance(Duration.ofSeconds(10));
        assertThat(heard).containsExactly(BLOCKING, BLOCKING, 1, 2);
        assertThat(bus.ledger().event(Paid.class).dropped()).containsEntry(Reason.LINK_LOST, 2L);
        assertThat(bus.status().pendingEvents()).isZero();
    }

    @Test
    void norDoesWhatWasDroppedBeforeTheTransportCouldHearOfIt() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a")
                .durable("a")
                .events(settings ->
                        settings.withCapacity(3).withConcurrencyMax(1).withOverflow(Overflow.dropOldest()))
                .orderingKey(Paid.class, paid -> paid.number() < BLOCKING ? "device" : "other"));
        subscribe(bus);
        whileBlocked = () -> {
            whileBlocked = () -> {};
            IntStream.rangeClosed(1, 3).forEach(this::fromDevice);
            transport.publish(fromDeviceMessage(4));
            transport.cut("a", DetachReason.SHUTTING_DOWN);
        };
        fromDevice(BLOCKING);
        time.advance(Duration.ofSeconds(10));
        offerAllAgain();
        offerAllAgain();
        assertThat(heard.stream().filter(number -> number < BLOCKING)).containsExactly(2, 3, 4);
        assertThat(transport.unsettled()).isZero();
    }

    @Test
    void whatIsLeftToTheNextLinkIsPendingInItsSessionUntilItHasCome() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a").durable("a").events(settings -> settings.withConcurrencyMax(1)));
        Session session = bus.session("job");
        session.subscribe(Paid.class, paid -> {
            heard.add(paid.number());
            if (paid.number() == 1 && heard.size() == 1) {
                time.await(new CompletableFuture<Void>(), 1); // the second comes, and waits behind it
                transport.cut("a", DetachReason.SHUTTING_DOWN);
                time.await(new CompletableFuture<Void>(), 1);
            }
        });
        session.publish(new Paid(1), OF_ONE_KEY);
        session.publish(new Paid(2), OF_ONE_KEY);
        session.close(Duration.ofSeconds(5));
        assertThat(heard).containsExactly(1, 2);
        assertThat(bus.ledger().event(Paid.class).dropped()).containsEntry(Reason.LINK_LOST, 1L);
    }

    @Test
    void aKeyWithMoreAwayThanCanBeRememberedLeavesRoomForOthersAndIsCounted() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a").orderingKey(Paid.class, paid -> paid.number() % 2 == 0 ? "good" : "bad"));
        subscribe(bus);
        broken.addAll(Set.of(1, 2));
        for (int number = 1; number < 12_000; number += 2) {
            transport.publish(Message.to(Topic.ofMqtt("shop/paid"))
                    .payload("{\"number\":" + number + "}")
                    .build());
        }
        time.run();
        assertThat(bus.ledger().event(Paid.class).unordered()).isBetween(800L, 1_000L);
        IntStream.of(2, 4, 6).forEach(this::fromDevice);
        broken.clear();
        bus.deadLetters().redriveAll(letter -> true);
        time.run();
        transport.offerReleased(List::reversed);
        time.run();
        offerAllAgain();
        assertThat(heard.stream().filter(number -> number % 2 == 0)).containsExactly(2, 4, 6);
    }
}
