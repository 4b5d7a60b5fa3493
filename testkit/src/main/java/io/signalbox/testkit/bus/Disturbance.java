package io.signalbox.testkit.bus;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.middleware.CommandCall;
import io.signalbox.bus.middleware.CommandChain;
import io.signalbox.bus.middleware.CommandMiddleware;
import io.signalbox.bus.middleware.EventCall;
import io.signalbox.bus.middleware.EventChain;
import io.signalbox.bus.middleware.EventMiddleware;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** What happens to a message on its way to a handler: it is late, overtaken, or comes twice. Outermost of the chain. */
final class Disturbance implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private static final Duration OVERTAKEN_WITHIN = Duration.ofMillis(10);

    private final Faults faults;
    private final RandomGenerator chance;
    private final SeededScheduler scheduler;
    /** Held back until another event of the class comes along. */
    private final Map<Class<?>, CompletableFuture<Void>> heldBack = new HashMap<>();

    Disturbance(Faults faults, RandomGenerator chance, SeededScheduler scheduler) {
        this.faults = faults;
        this.chance = chance;
        this.scheduler = scheduler;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        if (!faults.of().test(call.command())) {
            return next.proceed(call);
        }
        delay();
        if (happens(faults.duplicating())) {
            next.proceed(call);
        }
        return next.proceed(call);
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        if (!faults.of().test(call.event())) {
            next.proceed(call);
            return;
        }
        Class<?> type = call.event().getClass();
        CompletableFuture<Void> overtaken = heldBack.remove(type);
        if (overtaken != null) {
            overtaken.complete(null);
        }
        if (happens(faults.reordering())) {
            CompletableFuture<Void> mine = new CompletableFuture<>();
            heldBack.put(type, mine);
            scheduler.await(mine, OVERTAKEN_WITHIN.toNanos());
            heldBack.remove(type, mine);
        }
        delay();
        if (happens(faults.duplicating())) {
            next.proceed(call);
        }
        next.proceed(call);
    }

    private void delay() throws InterruptedException {
        long maxNanos = faults.delayMax().toNanos();
        if (maxNanos > 0 && happens(faults.delaying())) {
            scheduler.await(new CompletableFuture<Void>(), chance.nextLong(maxNanos) + 1);
        }
    }

    /** What cannot happen asks no number of chance, so that adding one fault does not change all others. */
    private boolean happens(double probability) {
        return probability > 0 && chance.nextDouble() < probability;
    }
}
