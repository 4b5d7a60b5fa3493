package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.ManualScheduler;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Events with keys come over a transport and die or not, their letters are kept or not, redriven or discarded, what is
 * behind them goes back and comes again in any order: each key is handled in its order, and nothing is missing.
 */
class KeyOrderSimulationTest {
    private static final int RUNS = 1_000;
    private static final int STEPS = 80;
    private static final int ROUNDS_MAX = 500;
    private static final String SEED = "signalbox.seed";

    @Message(name = "moved", topic = "shop.moved")
    record Moved(String key, int number) implements Event {}

    private long handled;
    private long dead;
    private long rejected;
    private long givenBack;

    @Test
    void eachKeyIsHandledInItsOrderInAThousandRuns() {
        long start = Long.getLong(SEED, new SplittableRandom().nextLong());
        int runs = System.getProperty(SEED) == null ? RUNS : 1;
        for (long seed = start; seed < start + runs; seed++) {
            try {
                new Run(seed).run();
            } catch (Throwable failure) {
                throw new AssertionError("repeat it with -D" + SEED + "=" + seed, failure);
            }
        }
        System.out.printf(
                "%d runs from seed %d: %d events handled, %d letters, %d rejected, %d times given back%n",
                runs, start, handled, dead, rejected, givenBack);
        if (runs == RUNS) {
            // It did happen.
            assertThat(handled).isGreaterThan(10L * RUNS);
            assertThat(dead).isGreaterThan(RUNS / 4);
            assertThat(rejected).isGreaterThan(RUNS / 4);
            assertThat(givenBack).isGreaterThan(RUNS);
        }
    }

    private final class Run {
        private final RandomGenerator random;
        private final ManualScheduler time;
        private final LoopbackTransport transport;
        private final boolean keysTravel;
        private final boolean idsTravel;
        private final double failing;
        private final Bus bus;
        private final Map<String, List<Integer>> heard = new HashMap<>();
        private final List<Integer> discarded = new ArrayList<>();
        private int sent;
        private int letters;
        private boolean calm;

        Run(long seed) {
            random = new SplittableRandom(seed);
            time = new ManualScheduler(random);
            transport = random.nextInt(4) == 0 ? new LoopbackTransport() : LoopbackTransport.retaining();
            keysTravel = random.nextBoolean();
            idsTravel = random.nextBoolean();
            failing = random.nextDouble(0.5);
            bus = configured(Bus.over(transport)).build();
            bus.subscribe(Moved.class, this::handle, HandlerOptions.named("moves"));
        }

        private BusBuilder configured(BusBuilder builder) {
            if (!keysTravel) {
                builder.orderingKey(Moved.class, Moved::key);
            }
            return builder.name("a")
                    .scheduler(new SharedTime(time))
                    .deadLettersMax(1 + random.nextInt(3))
                    .redrivesMax(1_000)
                    .drainTimeout(Duration.ofMillis(1))
                    .errorHandler((envelope, handler, error, attempts) -> {})
                    .onDeadLetter(this::died)
                    .events(settings -> settings.withCapacity(2 + random.nextInt(10))
                            .withConcurrencyMax(1 + random.nextInt(3))
                            .withRetry(RetryPolicy.exponential(
                                    random.nextInt(2), Duration.ofMillis(2), Duration.ofMillis(2))));
        }

        private void handle(Moved moved) {
            if (!calm && random.nextInt(3) == 0) {
                // Meanwhile the others go on, as if each had a thread.
                time.await(
                        new CompletableFuture<Void>(),
                        Duration.ofMillis(random.nextInt(4)).toNanos());
            }
            if (!calm && random.nextDouble() < failing) {
                throw new IllegalStateException("broken");
            }
            heard.computeIfAbsent(moved.key(), key -> new ArrayList<>()).add(moved.number());
        }

        private void died(DeadLetter letter) {
            letters++;
            if (random.nextInt(4) == 0) {
                discard(letter);
            }
        }

        private void discard(DeadLetter letter) {
            if (bus.deadLetters().discard(letter.id()) && letter.envelope().message() instanceof Moved moved) {
                discarded.add(moved.number());
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            calm = true;
            for (int round = 0; isSomethingLeft(); round++) {
                assertThat(round).as("no end, heard %s of %d", heard, sent).isLessThan(ROUNDS_MAX);
                bus.deadLetters().redriveAll(letter -> true);
                transport.offerReleased(this::anyOf);
                time.advance(Duration.ofMillis(5));
            }
            check();
            bus.close();
        }

        private void step() {
            switch (random.nextInt(8)) {
                case 0, 1 -> send();
                case 2 -> time.advance(Duration.ofMillis(random.nextInt(3)));
                case 3 -> transport.offerReleased(this::anyOf);
                case 4 -> anyLetter(letter -> bus.deadLetters().redrive(letter.id()));
                case 5 -> anyLetter(this::discard);
                default -> {
                    for (int task = random.nextInt(4); task >= 0; task--) {
                        time.runNext();
                    }
                }
            }
        }

        private void send() {
            String key = "key-" + random.nextInt(3);
            MessageProperties.Builder properties = MessageProperties.builder();
            if (keysTravel) {
                properties.orderingKey(key);
            }
            if (idsTravel) {
                properties.id("id-" + sent);
            }
            transport.publish(io.signalbox.message.Message.to(Topic.ofMqtt("shop/moved"))
                    .payload("{\"key\":\"" + key + "\",\"number\":" + sent++ + "}")
                    .properties(properties.build())
                    .build());
        }

        private List<Integer> anyOf(List<Integer> released) {
            List<Integer> some = new ArrayList<>(released);
            Collections.shuffle(some, random);
            return some.subList(0, random.nextInt(some.size() + 1));
        }

        private void anyLetter(Consumer<DeadLetter> action) {
            List<DeadLetter> all = bus.deadLetters().list();
            if (!all.isEmpty()) {
                action.accept(all.get(random.nextInt(all.size())));
            }
        }

        private boolean isSomethingLeft() {
            return transport.unsettled() > 0
                    || bus.deadLetters().size() > 0
                    || bus.status().pendingEvents() > 0;
        }

        private void check() {
            long refused = transport.settlements.stream()
                    .filter(Settlement.Rejected.class::isInstance)
                    .count();
            List<Integer> all = new ArrayList<>(discarded);
            heard.forEach((key, numbers) -> {
                assertThat(numbers).as(key).isSorted().doesNotHaveDuplicates();
                all.addAll(numbers);
            });
            assertThat(all).doesNotHaveDuplicates().hasSize(sent - (int) refused);
            handled += all.size() - discarded.size();
            dead += letters;
            rejected += refused;
            givenBack += transport.settlements.stream()
                    .filter(Settlement.Released.class::isInstance)
                    .count();
        }
    }
}
