package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.ManualScheduler;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.message.MessageProperties;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Events with keys come over a transport and die or not, their letters are kept or not, redriven or discarded, what is
 * behind them goes back and comes again in any order, or not, as its time is over; or it comes and is stopped by a filter;
 * queues are full, one or two handlers listen, with an inbox or without, links are lost, some of it is delivered at most
 * once, and the process stands still for longer than anything is waited for. Each key is begun in its order, nothing is
 * missing, the books close, and nobody waits for what does not come.
 */
class KeyOrderSimulationTest {
    private static final int RUNS = 1_000;
    private static final int STEPS = 80;
    private static final int ROUNDS_MAX = 1_000;
    /** Longer than anything is waited for. */
    private static final Duration STANDSTILL = Duration.ofSeconds(70);
    /** Where all comes again each second: for one that is lost, and for each that is due after it. */
    private static final int ROUNDS_LOST = 75;

    private static final int ROUNDS_DUE = 6;

    private static final String SEED = "signalbox.seed";

    /** Of the thousand. The same ones each time, so that a build that fails does so for what was changed. */
    private static final String FIRST_SEED = "signalbox.seed.first";

    @Message(name = "moved", topic = "shop.moved")
    record Moved(String key, int number) implements Event {}

    private final KeyOrderTotals totals = new KeyOrderTotals();

    private enum Links {
        LAST,
        ARE_LOST,
        /** And the session finds what it had. */
        OF_A_DURABLE_SESSION_ARE_LOST
    }

    @Test
    void eachKeyIsHandledInItsOrderInAThousandRuns() {
        long start = Long.getLong(SEED, Long.getLong(FIRST_SEED, 1));
        int runs = System.getProperty(SEED) == null ? RUNS : 1;
        for (long seed = start; seed < start + runs; seed++) {
            try {
                new Run(seed).run();
            } catch (Throwable failure) {
                throw new AssertionError("repeat it with -D" + SEED + "=" + seed, failure);
            }
        }
        System.out.printf("%d runs from seed %d: %s%n", runs, start, totals);
        if (runs == RUNS) {
            totals.assertThatItDidHappen(RUNS);
        }
    }

    private final class Run {
        private final RandomGenerator random;
        private final ManualScheduler time;
        private final LoopbackTransport transport;
        private final boolean keysTravel;
        private final boolean idsTravel;
        private final boolean timeEnds;
        private final Links links;
        private final double failing;
        private final double filtering;
        private final boolean mixed;
        private final Bus bus;
        private final Map<String, Hearing> handlers = new LinkedHashMap<>();
        private final Set<Integer> expiredHere = new HashSet<>();
        private final Set<Integer> filteredHere = new HashSet<>();
        private final Set<Integer> mayBeMissing = new HashSet<>();
        private int sent;
        private int letters;
        private int lost;
        private boolean calm;

        Run(long seed) {
            random = new SplittableRandom(seed);
            time = new ManualScheduler(random);
            transport = random.nextInt(4) == 0 ? new LoopbackTransport() : LoopbackTransport.retaining();
            keysTravel = random.nextBoolean();
            idsTravel = random.nextBoolean();
            timeEnds = random.nextInt(4) == 0;
            links = Links.values()[random.nextInt(3)];
            failing = random.nextDouble(0.5);
            filtering = random.nextInt(3) == 0 ? 0.1 : 0;
            mixed = random.nextInt(4) == 0;
            bus = configured(Bus.over(transport)).build();
            for (int i = random.nextInt(3); i < 3; i += 2) {
                String name = "moves " + i;
                Hearing hearing = new Hearing();
                handlers.put(name, hearing);
                bus.subscribe(Moved.class, moved -> handle(moved, hearing), HandlerOptions.named(name));
            }
        }

        private BusBuilder configured(BusBuilder builder) {
            if (!keysTravel) {
                builder.orderingKey(Moved.class, Moved::key);
            }
            if (links == Links.OF_A_DURABLE_SESSION_ARE_LOST) {
                builder.durable("a");
            }
            if (random.nextInt(3) == 0) {
                builder.inbox(new MemoryInbox());
            }
            if (filtering > 0) {
                builder.eventFilter(this::passes);
            }
            Overflow overflow = switch (random.nextInt(3)) {
                case 0 -> Overflow.dropOldest();
                case 1 -> Overflow.block(Duration.ofSeconds(1));
                default -> Overflow.rejectNew();
            };
            return builder.name("a")
                    .scheduler(new SharedTime(time))
                    .deadLettersMax(1 + random.nextInt(3))
                    .redrivesMax(1_000)
                    .drainTimeout(Duration.ofMillis(1))
                    .errorHandler((envelope, handler, error, attempts) -> {})
                    .onDeadLetter(this::died)
                    .events(settings -> settings.withCapacity(2 + random.nextInt(10))
                            .withOverflow(overflow)
                            .withConcurrencyMax(1 + random.nextInt(3))
                            .withRetry(RetryPolicy.exponential(
                                    random.nextInt(2), Duration.ofMillis(2), Duration.ofMillis(2))));
        }

        /** Whether it comes for the first time or not. */
        private boolean passes(Envelope<?> envelope) {
            if (!calm && random.nextDouble() < filtering && envelope.message() instanceof Moved moved) {
                filteredHere.add(moved.number());
                return false;
            }
            return true;
        }

        private void handle(Moved moved, Hearing hearing) {
            hearing.begun(moved.key(), moved.number());
            if (!calm && random.nextInt(3) == 0) {
                // Meanwhile the others go on, as if each had a thread.
                Duration wait = random.nextInt(20) == 0 ? STANDSTILL : Duration.ofMillis(random.nextInt(4));
                time.await(new CompletableFuture<Void>(), wait.toNanos());
            }
            if (!calm && random.nextDouble() < failing) {
                throw new IllegalStateException("broken");
            }
            hearing.handled(moved.key(), moved.number());
        }

        private void died(DeadLetter letter) {
            letters++;
            if (random.nextInt(4) == 0) {
                discard(letter);
            }
        }

        private void discard(DeadLetter letter) {
            if (bus.deadLetters().discard(letter.id()) && letter.envelope().message() instanceof Moved moved) {
                Objects.requireNonNull(handlers.get(letter.handler())).discarded(moved.number());
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            calm = true;
            time.advance(Duration.ofSeconds(5));
            for (int round = 0; isSomethingLeft(); round++) {
                assertThat(round)
                        .as("no end of %d sent, %s", sent, bus.status())
                        .isLessThan(timeEnds ? ROUNDS_LOST + ROUNDS_DUE * expiredHere.size() : ROUNDS_MAX);
                bus.deadLetters().redriveAll(letter -> true);
                if (timeEnds) {
                    offerAllAfter(Duration.ofSeconds(1));
                } else {
                    // So little of it passes that nothing can have been given up as lost.
                    transport.offerReleased(this::anyOf);
                    time.advance(Duration.ofMillis(3));
                }
            }
            check();
            bus.close();
        }

        /** What is given back comes again each second. */
        private void offerAllAfter(Duration pause) {
            time.advance(pause);
            transport.offerReleased(this::shuffled);
            time.run();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1 -> send();
                case 2 -> time.advance(Duration.ofMillis(random.nextInt(3)));
                case 3 -> transport.offerReleased(this::anyOf);
                case 4 -> anyLetter(letter -> bus.deadLetters().redrive(letter.id()));
                case 5 -> anyLetter(this::discard);
                case 6 -> seldom();
                default -> {
                    for (int task = random.nextInt(4); task >= 0; task--) {
                        time.runNext();
                    }
                }
            }
        }

        private void seldom() {
            switch (random.nextInt(6)) {
                case 0 -> {
                    time.pass(STANDSTILL);
                    offerAllAfter(Duration.ZERO);
                }
                case 1 -> offerAllAfter(STANDSTILL);
                case 2 -> loseTheLink();
                case 3 -> offerAllAfter(Duration.ofSeconds(2));
                default -> {
                    if (timeEnds) {
                        transport
                                .expireReleased(this::anyOf)
                                .forEach(message -> expiredHere.add(MovedMessages.number(message)));
                    }
                }
            }
        }

        private void loseTheLink() {
            if (links == Links.LAST || !transport.isAttached("a")) {
                return;
            }
            lost++;
            if (links == Links.ARE_LOST) {
                transport.end("a", DetachReason.SHUTTING_DOWN);
            } else {
                transport.cut("a", DetachReason.SHUTTING_DOWN);
            }
        }

        private void send() {
            boolean atMostOnce = mixed && transport.isAttached("a") && random.nextInt(5) == 0;
            // Two ways to deliver have no order between them.
            String key = atMostOnce ? "key-once" : "key-" + random.nextInt(3);
            MessageProperties.Builder properties = MessageProperties.builder();
            if (keysTravel) {
                properties.orderingKey(key);
            }
            if (idsTravel) {
                properties.id("id-" + sent);
            }
            var message = MovedMessages.of(key, sent++, properties.build());
            if (atMostOnce) {
                // One that dies may be kept nowhere.
                mayBeMissing.add(sent - 1);
                transport.offerAtMostOnce("a", message);
            } else {
                transport.publish(message);
            }
        }

        private List<Integer> shuffled(List<Integer> released) {
            List<Integer> all = new ArrayList<>(released);
            Collections.shuffle(all, random);
            return all;
        }

        private List<Integer> anyOf(List<Integer> released) {
            return shuffled(released).subList(0, random.nextInt(released.size() + 1));
        }

        private void anyLetter(Consumer<DeadLetter> action) {
            List<DeadLetter> all = bus.deadLetters().list();
            if (!all.isEmpty()) {
                action.accept(all.get(random.nextInt(all.size())));
            }
        }

        private boolean isSomethingLeft() {
            return (links != Links.ARE_LOST && transport.unsettled() + transport.kept() > 0)
                    || bus.deadLetters().size() > 0
                    || bus.status().pendingEvents() > 0
                    || transport.isSomethingReleased();
        }

        private boolean isEnded(int number) {
            return handlers.values().stream()
                    .allMatch(hearing -> hearing.ended().contains(number));
        }

        private void check() {
            handlers.values().forEach(hearing -> hearing.checkOrder(lost == 0));
            EventLine line = bus.ledger().event(Moved.class);
            assertThat(line.pending()).as("%s", line).isZero();
            assertThat(line.queued()).as("%s", line).isZero();
            assertThat(line.published()).as("all of it has arrived: %s", line).isZero();
            Set<Integer> missing = new HashSet<>(expiredHere);
            missing.addAll(filteredHere);
            missing.addAll(mayBeMissing);
            transport.rejected.forEach(message -> missing.add(MovedMessages.number(message)));
            long droppedHere = line.dropped().getOrDefault(Reason.DROPPED_OLDEST, 0L);
            long ended = IntStream.range(0, sent)
                    .filter(number -> missing.contains(number) || isEnded(number))
                    .count();
            if (lost == 0 && !mixed) {
                assertThat(ended).isEqualTo(sent - droppedHere);
            } else if (links != Links.ARE_LOST) {
                assertThat(ended).isGreaterThanOrEqualTo(sent - droppedHere);
            }
            handlers.values()
                    .forEach(hearing -> totals.handled += hearing.ended().size());
            totals.dead += letters;
            totals.rejected += transport.rejected.size();
            totals.expired += expiredHere.size();
            totals.dropped += droppedHere;
            totals.filtered += filteredHere.size();
            totals.leftToNextLink += line.dropped().getOrDefault(Reason.LINK_LOST, 0L);
            totals.linksLost += lost;
            totals.givenBack += transport.settlements.stream()
                    .filter(Settlement.Released.class::isInstance)
                    .count();
        }
    }
}
