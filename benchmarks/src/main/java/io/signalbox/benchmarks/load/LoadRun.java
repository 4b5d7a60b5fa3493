package io.signalbox.benchmarks.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run of a plan. Owned by the thread that calls it. */
public final class LoadRun {
    private static final long TURN_NANOS_MAX = 100_000_000;
    private static final long DRAIN_TURN_NANOS = 5_000_000;

    private final Plan plan;
    private final Watch watch;

    /** Looks on from the run's thread. */
    public interface Watch {
        /**
         * Asked at each turn.
         *
         * @param latency of what was delivered since it was last reset, by the watch; nanoseconds
         * @return false: nothing more is to be published
         */
        boolean goesOn(long nowNanos, Histogram latency);
    }

    private LoadRun(Plan plan, Watch watch) {
        this.plan = plan;
        this.watch = watch;
    }

    /** @throws LoadException if the run could not be made */
    public static Result run(Plan plan) {
        return run(plan, (now, latency) -> true);
    }

    /** @throws LoadException if the run could not be made */
    public static Result run(Plan plan, Watch watch) {
        return new LoadRun(plan, watch).run();
    }

    private Result run() {
        try (Fleet fleet = new Fleet(plan)) {
            long residentBefore = ProcessFigures.residentKib(plan.pid);
            Usage connecting = Usage.start(plan.pid);
            Result.Idle idle = plan.idle > 0 ? holdIdle(fleet, connecting, residentBefore) : null;
            double connectSeconds = 0;
            if (plan.publishers > 0) {
                connectSeconds = plan.retained ? 0 : fleet.loop.connect(fleet.subscribers);
                if (plan.offline) {
                    fleet.loop.disconnect(fleet.subscribers);
                }
                connectSeconds += fleet.loop.connect(fleet.senders);
                fleet.loop.turnsFor(plan.settleSeconds);
            }
            Percentiles others = null;
            Phase phase;
            if (plan.retained) {
                try (Bystanders bystanders = new Bystanders(plan)) {
                    fleet.loop.turnsFor(plan.settleSeconds);
                    phase = publish(fleet);
                    others = bystanders.stop();
                }
            } else if (plan.publishers > 0) {
                phase = publish(fleet);
            } else {
                phase = new Phase(connecting, idle == null ? 1 : idle.connections() / idle.connectRate());
            }
            long residentAfter = ProcessFigures.residentKib(plan.pid);
            Result.Drain drain = plan.drained() ? new Drain(fleet, others).run() : null;
            Result result = result(fleet, phase, drain, idle, connectSeconds, residentBefore, residentAfter);
            fleet.removeSessions();
            return result;
        }
    }

    private Result.Idle holdIdle(Fleet fleet, Usage connecting, long residentBefore) {
        double seconds = fleet.loop.connect(fleet.idle);
        connecting.stop();
        fleet.loop.turnsFor(plan.holdSeconds);
        long more = ProcessFigures.residentKib(plan.pid) - residentBefore;
        return new Result.Idle(plan.idle, plan.idle / seconds, plan.pid > 0 ? (double) more / plan.idle : 0);
    }

    /** @param seconds that were measured */
    private record Phase(Usage usage, double seconds) {}

    /** From the first message until all is delivered, or given up. */
    private Phase publish(Fleet fleet) {
        EventLoop loop = fleet.loop;
        Tally tally = fleet.tally;
        long start = System.nanoTime() + 1_000_000;
        long from = start + (long) (plan.warmUp() * 1e9);
        long until = from + (long) (plan.measuredSeconds() * 1e9);
        fleet.schedule.start(start);
        if (!plan.drained()) {
            tally.window(from, until);
        }
        tally.lastDeliveryNanos = start;
        tally.lastAckNanos = start;
        tally.lastSentNanos = start;
        for (long now; (now = System.nanoTime()) < start; ) {
            loop.turn(start - now);
        }
        loop.open(true);
        fleet.markAllWaiting();

        Usage usage = null;
        long end = 0;
        long quietSince = 0;
        while (true) {
            long now = System.nanoTime();
            if (usage == null && now >= from) {
                usage = Usage.start(plan.pid);
                if (plan.ratePerSecond <= 0 && plan.warmUp() > 0) {
                    from = now;
                    tally.window(from, until);
                }
                tally.measuring(true);
            }
            if (loop.isOpen() && (now >= until || !watch.goesOn(now, tally.latency) || allSent(fleet, now))) {
                loop.open(false);
                until = Math.min(until, now);
                fleet.release(until - 1);
                quietSince = now;
            }
            if (!loop.isOpen()) {
                boolean more = fleet.busy() || (!plan.drained() && tally.delivered < tally.expected);
                if (end == 0 && (plan.count == 0 || !more)) {
                    end = plan.count == 0 ? now : plan.drained() ? tally.lastAckNanos : tally.lastActivityNanos();
                    end = Math.max(end, from + 1);
                    tally.measuring(false);
                    stopped(usage);
                }
                quietSince = Math.max(quietSince, tally.lastActivityNanos());
                boolean gaveUp = now - quietSince > plan.drainSeconds * 1e9
                        || (plan.count == 0 && now - until > plan.drainSecondsMax * 1e9);
                if (!more || gaveUp) {
                    if (end == 0) {
                        end = Math.max(quietSince, from + 1);
                        stopped(usage);
                    }
                    tally.measuring(false);
                    return new Phase(usage == null ? Usage.start(plan.pid) : usage, (end - from) / 1e9);
                }
            }
            fleet.housekeeping(now);
            turn(fleet, now, usage == null ? from : until);
        }
    }

    /** Or those that are not sent never will be: nothing moves any more. */
    private boolean allSent(Fleet fleet, long now) {
        Tally tally = fleet.tally;
        long progress = Math.max(tally.lastActivityNanos(), tally.lastSentNanos);
        boolean stuck = plan.ratePerSecond <= 0 && now - progress > plan.drainSeconds * 1e9;
        return plan.count > 0 && (stuck || fleet.sentAll());
    }

    private static void stopped(@Nullable Usage usage) {
        if (usage != null) {
            usage.stop();
        }
    }

    private void turn(Fleet fleet, long now, long next) {
        EventLoop loop = fleet.loop;
        long wait = loop.isOpen() ? Math.clamp(next - now, 0, TURN_NANOS_MAX) : DRAIN_TURN_NANOS;
        if (loop.isOpen() && plan.ratePerSecond > 0) {
            fleet.release(Math.min(now, next - 1));
            wait = Math.clamp(fleet.schedule.nextNanos() - now, 0, wait);
        }
        if (loop.hasWaiting()) {
            // What is due is sent before sleeping.
            loop.send();
        }
        loop.turn(wait);
    }

    private Result result(
            Fleet fleet,
            Phase phase,
            Result.@Nullable Drain drain,
            Result.@Nullable Idle idle,
            double connectSeconds,
            long residentBefore,
            long residentAfter) {
        Tally t = fleet.tally;
        double seconds = phase.seconds();
        boolean whole = plan.drained();
        return new Result(
                plan.label,
                plan.publishers == 0 ? "idle" : plan.patternName(),
                plan.protocol.equals("nats") ? "nats" : "mqtt311",
                plan.publishers,
                plan.subscribers,
                plan.topics,
                plan.payloadBytes,
                plan.qos,
                plan.subscribedQos,
                t.grantedQos,
                plan.ratePerSecond,
                rounded(seconds),
                t.sent,
                t.acknowledged,
                t.expected,
                t.delivered,
                t.lost(),
                t.duplicates,
                t.late,
                t.redelivered,
                t.foreign,
                fleet.unsent(),
                fleet.unacknowledged(),
                t.stallResets,
                fleet.loop.lostCount(),
                rounded((whole ? t.sent : t.measuredSent) / seconds),
                rounded((whole ? t.acknowledged : t.measuredAcknowledged) / seconds),
                rounded(t.measuredDelivered / seconds),
                rounded(t.measuredBytes / seconds / 1e6),
                Percentiles.of(t.latency),
                Percentiles.of(t.lag),
                drain,
                idle,
                rounded(connectSeconds),
                rounded(100 * phase.usage().own() / seconds),
                rounded(100 * phase.usage().server() / seconds),
                rounded(phase.usage().server()),
                residentBefore,
                residentAfter);
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
