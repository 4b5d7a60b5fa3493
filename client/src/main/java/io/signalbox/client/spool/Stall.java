package io.signalbox.client.spool;

import io.signalbox.transport.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server refuses for the moment: since when, and when it goes again. Guarded by {@link Drain}. */
final class Stall {
    private static final Logger LOGGER = LoggerFactory.getLogger(Stall.class);
    private static final int REFUSALS_UNTOLD_MAX = 3;

    /** What is tried again, and when it was refused first. */
    private final Map<Object, Long> sinceMillis = new LinkedHashMap<>();

    private final Seldom warnings = new Seldom();
    private boolean pausing;
    private long notBeforeNanos;

    /** @param before refusals of it before this one */
    void refused(Object what, int before, @Nullable Refusal why, long nowMillis) {
        sinceMillis.putIfAbsent(what, nowMillis);
        long untilNanos = System.nanoTime() + Retry.pauseMillis(before) * 1_000_000;
        if (!pausing || untilNanos - notBeforeNanos > 0) {
            notBeforeNanos = untilNanos;
        }
        pausing = true;
        if (before >= REFUSALS_UNTOLD_MAX && warnings.happened() > 0) {
            LOGGER.warn(
                    "the server has refused a message for the moment {} times ({}); it and all behind it wait",
                    before + 1,
                    why);
        }
    }

    /** It is refused no more: taken, or over. */
    void ended(Object what) {
        sinceMillis.remove(what);
    }

    /** Since when something is refused that still is; null: nothing is. */
    @Nullable
    Long sinceMillis() {
        return sinceMillis.isEmpty() ? null : sinceMillis.values().iterator().next();
    }

    boolean isPausing() {
        return pausing;
    }

    void endPause() {
        pausing = false;
    }

    /** 0: the pause is over, if there was one. */
    long millisLeft() {
        long left = pausing ? notBeforeNanos - System.nanoTime() : 0;
        if (left > 0) {
            return left / 1_000_000 + 1;
        }
        pausing = false;
        return 0;
    }
}
