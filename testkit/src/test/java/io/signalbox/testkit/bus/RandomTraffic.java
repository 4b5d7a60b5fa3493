package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.Session;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A bit of everything that a bus does, by the chance of its seed, while all goes wrong that can. */
final class RandomTraffic {
    /** Longer than anything here lasts: who is refused by it has been forgotten. */
    private static final Overflow PATIENT = Overflow.block(Duration.ofMinutes(50));

    private static final List<Overflow> OVERFLOWS = List.of(
            Overflow.rejectNew(),
            Overflow.dropOldest(),
            Overflow.block(Duration.ofMillis(3)),
            PATIENT,
            Overflow.adaptive());

    record Order(int number) implements Event {}

    record Paid(int number) implements Event {}

    record Stored(int number) implements Event {}

    record Unheard(int number) implements Event {}

    record Pay(int number) implements Command<Integer> {}

    private final DeterministicBus bus;
    private final RandomGenerator random;
    private final boolean patient;

    private RandomTraffic(DeterministicBus bus, boolean patient) {
        this.bus = bus;
        this.patient = patient;
        random = bus.random();
    }

    /** Sends all of it and runs the bus until it is quiet. */
    static DeterministicBus run(DeterministicBusBuilder builder) throws InterruptedException {
        RandomGenerator shape = new SplittableRandom(builder.seed() ^ 0x5EED);
        Overflow overflow = OVERFLOWS.get(shape.nextInt(OVERFLOWS.size()));
        DeterministicBus bus = builder.faults(Faults.NONE
                        .withFailing(shape.nextDouble(0.4))
                        .withDelaying(shape.nextDouble(0.5), Duration.ofMillis(20))
                        .withDuplicating(shape.nextDouble(0.3))
                        .withReordering(shape.nextDouble(0.5)))
                .configure(settings -> configure(settings, shape, overflow))
                .build();
        new RandomTraffic(bus, overflow.equals(PATIENT)).run();
        return bus;
    }

    private static BusBuilder configure(BusBuilder settings, RandomGenerator shape, Overflow overflow) {
        RetryPolicy retry = RetryPolicy.exponential(shape.nextInt(3), Duration.ofMillis(1), Duration.ofMillis(50))
                .withJitter(RetryPolicy.Jitter.FULL);
        return settings.events(s -> s.withCapacity(4 + shape.nextInt(12))
                        .withOverflow(overflow)
                        .withRetry(retry)
                        .withConcurrencyMax(1 + shape.nextInt(4))
                        .withParkedPerKeyMax(2))
                .commands(s -> s.withRetry(retry))
                .eventMiddleware(Paid.class, (call, next) -> {
                    if (call.event().number() % 11 == 10) {
                        throw new RejectedMessageException(Reason.RATE_LIMITED, "later", Duration.ofMillis(5));
                    }
                    next.proceed(call);
                })
                .deadLettersMax(shape.nextBoolean() ? 10 : 1_000)
                .drainTimeout(Duration.ofMillis(1 + shape.nextInt(100)));
    }

    private void run() throws InterruptedException {
        bus.subscribe(Order.class, order -> {
            bus.executeAsync(new Pay(order.number()), SendOptions.DEFAULT.withTimeout(Duration.ofMillis(30)));
            bus.publish(new Stored(order.number()));
        });
        bus.subscribe(Order.class, order -> {}, HandlerOptions.named("audit").withPriority(10));
        bus.subscribe(
                Paid.class,
                paid -> bus.sleep(Duration.ofMillis(paid.number() % 7)),
                HandlerOptions.named("slow").withTimeout(Duration.ofMillis(5)));
        bus.handle(Pay.class, pay -> {
            bus.publish(new Paid(pay.number()), key(pay.number()));
            return pay.number();
        });
        bus.subscribeBatch(
                Stored.class,
                batch -> {
                    for (int i = 0; i < batch.size(); i++) {
                        if (batch.get(i).number() % 5 == 0) {
                            batch.fail(i, new IllegalArgumentException("no multiples of five"));
                        }
                    }
                },
                new BatchOptions(3, Duration.ofMillis(2)),
                HandlerOptions.named("store"));
        int publishers = 1 + random.nextInt(3);
        for (int i = 0; i < publishers; i++) {
            int first = 100 * i;
            bus.spawn(() -> publish(first));
        }
        bus.spawn(this::inSession);
        if (random.nextInt(4) == 0) {
            bus.advance(Duration.ofMillis(random.nextInt(40)));
            bus.close(); // in the middle of it
            bus.close();
        } else {
            bus.runUntilQuiet();
            redriveSome();
            bus.runUntilQuiet();
            assertThatAllThatCanRunHasRun();
        }
    }

    /** Without dead letters nothing has a reason to wait; those that gave way to others took theirs along. */
    private void assertThatAllThatCanRunHasRun() {
        bus.assertBooksClose();
        if (bus.deadLetters().evicted() > 0) {
            return;
        }
        while (bus.deadLetters().size() > 0) {
            bus.deadLetters().list().forEach(letter -> bus.deadLetters().discard(letter.id()));
            bus.runUntilQuiet();
        }
        bus.ledger().events().forEach(line -> {
            assertThat(line.pending())
                    .as("pending, though all is quiet: %s", line)
                    .isZero();
            assertThat(line.queued())
                    .as("queued, though all is quiet: %s", line)
                    .isZero();
            if (patient) {
                assertThat(line.refused())
                        .as("refused while others were handled: %s", line)
                        .doesNotContainKey(Reason.QUEUE_FULL);
            }
        });
    }

    private void publish(int first) throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            bus.publish(new Order(first + i), random.nextBoolean() ? key(i) : SendOptions.DEFAULT);
            bus.publish(new Stored(first + i), key(i));
            if (random.nextInt(4) == 0) {
                bus.publish(new Unheard(i));
                bus.sleep(Duration.ofMillis(random.nextInt(5)));
            }
        }
    }

    private void inSession() throws InterruptedException {
        if (!bus.status().open()) {
            return;
        }
        try (Session session = bus.session("job")) {
            session.subscribe(Paid.class, paid -> bus.sleep(Duration.ofMillis(1)));
            for (int i = 0; i < 4; i++) {
                session.publish(new Paid(1_000 + i));
            }
            try (Session nested = session.session("part of it")) {
                nested.subscribe(Paid.class, paid -> {}, HandlerOptions.named("nested"));
                nested.publish(new Paid(2_000), key(1));
                nested.publish(new Paid(2_001), key(1));
                nested.close(Duration.ofMillis(random.nextInt(4)));
            }
            session.close(Duration.ofMillis(random.nextInt(4)));
        }
    }

    private void redriveSome() {
        for (DeadLetter letter : bus.deadLetters().list()) {
            switch (random.nextInt(4)) {
                case 0 -> bus.spawn(() -> bus.deadLetters().redrive(letter.id()));
                case 1 -> bus.deadLetters().discard(letter.id());
                case 2 -> {
                    if (letter.envelope().message() instanceof Paid paid) {
                        bus.spawn(() -> bus.deadLetters().redriveEdited(letter.id(), new Paid(paid.number() + 7)));
                    }
                }
                default -> {}
            }
        }
    }

    private static SendOptions key(int number) {
        return SendOptions.DEFAULT.withOrderingKey("key-" + number % 3);
    }
}
