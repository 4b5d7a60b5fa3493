package io.signalbox.benchmarks.load;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All has been published to sessions that were away, or retained; now their subscribers come. Beside the subscribers
 * of retained messages stand {@link Bystanders}.
 */
final class Drain {
    private static final double BYSTANDER_SECONDS_BEFORE = 1.5;

    private final Fleet fleet;
    private final Plan plan;

    private final @Nullable Percentiles publishing;

    /** @param publishing latency of others while all was published */
    Drain(Fleet fleet, @Nullable Percentiles publishing) {
        this.fleet = fleet;
        this.publishing = publishing;
        this.plan = fleet.plan;
    }

    Result.Drain run() {
        fleet.loop.disconnect(fleet.senders);
        if (!plan.between.isEmpty()) {
            runBetween(plan.between);
        }
        if (!plan.retained) {
            return drained(null, null);
        }
        Percentiles before;
        try (Bystanders bystanders = new Bystanders(plan)) {
            fleet.loop.turnsFor(BYSTANDER_SECONDS_BEFORE);
            before = bystanders.stop();
        }
        try (Bystanders bystanders = new Bystanders(plan)) {
            fleet.loop.turnsFor(1);
            Result.Drain result = drained(before, bystanders);
            clearRetained();
            return result;
        }
    }

    private Result.Drain drained(@Nullable Percentiles before, @Nullable Bystanders beside) {
        Tally tally = fleet.tally;
        long resumedBefore = tally.sessionsResumed;
        long start = System.nanoTime();
        tally.lastDeliveryNanos = start;
        fleet.loop.connect(fleet.subscribers);
        while (tally.delivered < tally.expected
                && System.nanoTime() - tally.lastDeliveryNanos < plan.drainSeconds * 1e9) {
            fleet.loop.turn(5_000_000);
        }
        double seconds = Math.max(1, tally.lastDeliveryNanos - start) / 1e9;
        // What would come twice comes soon.
        fleet.loop.turnsFor(0.2);
        return new Result.Drain(
                seconds,
                Math.round(tally.delivered / seconds),
                tally.sessionsResumed - resumedBefore,
                publishing,
                before,
                beside == null ? null : beside.stop());
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
