package io.signalbox.bus.deadletter;

import io.signalbox.bus.schedule.Scheduler;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** One plan being carried out. Each step is taken by whoever ended the one before, so no two run at once. */
final class RedriveRun {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final RedrivePlan plan;
    private final List<String> ids;
    private final Function<String, CompletableFuture<Redrive>> redrive;
    private final Scheduler scheduler;
    private final Map<Redrive, Integer> outcomes = new EnumMap<>(Redrive.class);
    private final CompletableFuture<RedriveReport> ended = new CompletableFuture<>();
    /** Waiting for the next step's time; whoever ends the wait owns the run. */
    private final AtomicBoolean paused = new AtomicBoolean();

    private int next;

    RedriveRun(
            RedrivePlan plan,
            List<String> ids,
            Function<String, CompletableFuture<Redrive>> redrive,
            Scheduler scheduler) {
        this.plan = plan;
        this.ids = ids;
        this.redrive = redrive;
        this.scheduler = scheduler;
    }

    CompletableFuture<RedriveReport> start() {
        step();
        return ended;
    }

    /** A loop as long as redrives end at once: a stack of a thousand calls otherwise. */
    private void step() {
        while (next < ids.size()) {
            CompletableFuture<Redrive> outcome = redrive.apply(ids.get(next++));
            if (!outcome.isDone()) {
                outcome.thenAccept(late -> {
                    if (goesOnAfter(late)) {
                        step();
                    }
                });
                return;
            }
            if (!goesOnAfter(outcome.join())) {
                return;
            }
        }
        end();
    }

    /** False: the run is over, or the next step comes later. */
    private boolean goesOnAfter(Redrive outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
        if (plan.canary() && next <= RedrivePlan.CANARIES && outcome != Redrive.RESOLVED) {
            end();
            return false;
        }
        if (plan.perSecondMax() == 0 || next == ids.size()) {
            return true;
        }
        paused.set(true);
        try {
            scheduler.schedule(this::goOn, (long) (SECOND_NANOS / plan.perSecondMax()));
        } catch (RejectedExecutionException closed) {
            stop();
        }
        return false;
    }

    private void goOn() {
        if (paused.compareAndSet(true, false)) {
            step();
        }
    }

    /** No timer will come any more. A run in the middle of a step notices by itself. */
    void stop() {
        if (paused.compareAndSet(true, false)) {
            end();
        }
    }

    private void end() {
        ended.complete(new RedriveReport(Map.copyOf(outcomes), ids.size() - next));
    }
}
