package io.signalbox.benchmarks.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * All has been published to sessions that were away, or retained; now their subscribers come. Beside the subscribers
 * of retained messages a pair of other clients sends 1,000 messages a second, from a thread of its own: how long the
 * server lets them wait.
 */
final class Drain {
    private static final double BYSTANDER_SECONDS_BEFORE = 1.5;

    private final Fleet fleet;
    private final Plan plan;

    Drain(Fleet fleet) {
        this.fleet = fleet;
        this.plan = fleet.plan;
    }

    Result.Drain run() {
        fleet.loop.disconnect(fleet.senders);
        if (!plan.between.isEmpty()) {
            runBetween(plan.between);
        }
        Percentiles before = plan.retained ? bystanders(BYSTANDER_SECONDS_BEFORE) : null;
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Result> beside = plan.retained
                ? CompletableFuture.supplyAsync(
                        () -> LoadRun.run(plan.bystanders(), (now, latency) -> !over.get()),
                        task -> Thread.ofPlatform().daemon().name("bystanders").start(task))
                : null;
        if (beside != null) {
            fleet.loop.turnsFor(1);
        }
        Tally tally = fleet.tally;
        long resumedBefore = tally.sessionsResumed;
        long start = System.nanoTime();
        tally.lastDeliveryNanos = start;
        double seconds;
        try {
            fleet.loop.connect(fleet.subscribers);
            while (tally.delivered < tally.expected
                    && System.nanoTime() - tally.lastDeliveryNanos < plan.drainSeconds * 1e9) {
                fleet.loop.turn(5_000_000);
            }
            seconds = Math.max(1, tally.lastDeliveryNanos - start) / 1e9;
        } finally {
            over.set(true);
        }
        // What would come twice comes soon.
        fleet.loop.turnsFor(0.2);
        Percentiles during = beside == null ? null : beside.join().latUs();
        if (plan.retained) {
            clearRetained();
        }
        return new Result.Drain(
                seconds, Math.round(tally.delivered / seconds), tally.sessionsResumed - resumedBefore, before, during);
    }

    private @Nullable Percentiles bystanders(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        return LoadRun.run(plan.bystanders(), (now, latency) -> now < end).latUs();
    }

    private static void runBetween(String command) {
        try {
            int code =
                    new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new LoadException("the command between ended with " + code + ": " + command);
            }
        } catch (IOException e) {
            throw new LoadException("the command between did not start: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted");
        }
    }

    private void clearRetained() {
        fleet.loop.disconnect(fleet.subscribers);
        Client broom = fleet.loop.client(plan.id + "-broom");
        fleet.loop.connect(List.of(broom));
        int streams = fleet.topology.streams();
        for (int s = 0; s < streams; s++) {
            broom.put(Mqtt.clearRetained(fleet.topology.topic(s)));
            if (broom.unsentBytes() > 1 << 20) {
                fleet.loop.send();
                while (broom.unsentBytes() > 0) {
                    fleet.loop.turn(5_000_000);
                }
            }
        }
        fleet.loop.send();
        while (broom.unsentBytes() > 0) {
            fleet.loop.turn(5_000_000);
        }
        fleet.loop.turnsFor(0.2);
    }
}
