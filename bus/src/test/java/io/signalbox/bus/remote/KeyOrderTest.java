package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a dead event that came over a transport: what came after it with its key is handled in order. */
class KeyOrderTest extends Remote {
    private static final SendOptions OF_ONE_KEY = SendOptions.DEFAULT.withOrderingKey("one");
    private static final SendOptions OF_ANOTHER = SendOptions.DEFAULT.withOrderingKey("other");
    private static final int BLOCKING = 100;

    private final Set<Integer> broken = new HashSet<>();
    private Runnable whileBlocked = () -> {};

    /** Its only worker is at {@link #BLOCKING} for two seconds, during which retries come due. */
    private BusBuilder withOneWorker() {
        return over("a")
                .events(settings -> settings.withConcurrencyMax(1)
                        .withRetry(RetryPolicy.exponential(1, Duration.ofSeconds(1), Duration.ofSeconds(1))));
    }

    private void subscribe(Bus bus) {
        bus.subscribe(
                Paid.class,
                paid -> {
                    if (broken.contains(paid.number())) {
                        throw new IllegalStateException("broken");
                    }
                    if (paid.number() == BLOCKING) {
                        whileBlocked.run();
                        time.await(
                                new CompletableFuture<Void>(),
                                Duration.ofSeconds(2).toNanos());
                    }
                    heard.add(paid.number());
                },
                HandlerOptions.named("payments"));
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

    /** As a device sends it, that knows of no keys and no ids. */
    private void fromDevice(int number) {
        transport.publish(Message.to(Topic.ofMqtt("shop/paid"))
                .payload("{\"number\":" + number + "}")
                .build());
        time.run();
    }

    private Bus givingKeys() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a").orderingKey(Paid.class, paid -> "device"));
        subscribe(bus);
        return bus;
    }

    private void redriveAll(Bus bus) {
        broken.clear();
        assertThat(bus.deadLetters().size()).isOne();
        bus.deadLetters().redriveAll(letter -> true);
        time.run();
        assertThat(bus.deadLetters().size()).isZero();
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

    /** Two and three wait at the transport, one was redriven. */
    private Bus awayBehindOneThatWasRedriven(UnaryOperator<BusBuilder> more) {
        transport = LoopbackTransport.retaining();
        Bus bus = open(
                more.apply(over("a")).orderingKey(Paid.class, paid -> paid.number() < BLOCKING ? "device" : "other"));
        subscribe(bus);
        broken.add(1);
        IntStream.rangeClosed(1, 3).forEach(this::fromDevice);
        redriveAll(bus);
        assertThat(heard).containsExactly(1);
        return bus;
    }

    private void offerAllAgain() {
        transport.offerReleased();
        time.run();
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
        assertThat(heard).containsExactly(1, 2, 3);
        offerAllAgain();
        fromDevice(4);
        assertThat(heard).containsExactly(1, 2, 3, 1, 2, 3, 4);
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
        assertThat(bus.ledger().event(Paid.class).unordered()).isBetween(900L, 1_100L);
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
