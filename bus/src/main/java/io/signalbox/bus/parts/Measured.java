package io.signalbox.bus.parts;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.ledger.DurationRecorder;

/** Handlers whose durations somebody wants to know. */
public final class Measured {
    private Measured() {}

    /** Which of the recorder's books it goes to. */
    @FunctionalInterface
    public interface Entry {
        void took(DurationRecorder recorder, long nanos, boolean succeeded);
    }

    /** The same body, if nobody does. */
    public static Body body(Body body, BusParts parts, Entry entry) {
        DurationRecorder recorder = parts.durations();
        if (recorder == null) {
            return body;
        }
        return frame -> {
            if (!recorder.samples()) {
                return body.run(frame);
            }
            long start = parts.scheduler().nanoTime();
            boolean succeeded = false;
            try {
                Object answer = body.run(frame);
                succeeded = true;
                return answer;
            } finally {
                entry.took(recorder, parts.scheduler().nanoTime() - start, succeeded);
            }
        };
    }
}
