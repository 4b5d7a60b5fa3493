package io.signalbox.bus.parts;

import io.signalbox.bus.ledger.DurationRecorder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A recorder whose own failures are no failures of what it measures; the log has the first of them. */
public final class ForgivingRecorder implements DurationRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(ForgivingRecorder.class);

    private final DurationRecorder recorder;
    private final AtomicBoolean told = new AtomicBoolean();

    public ForgivingRecorder(DurationRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public boolean samples() {
        try {
            return recorder.samples();
        } catch (Throwable broken) {
            tellOnce(broken);
            return false;
        }
    }

    @Override
    public void event(Class<?> type, String handler, long nanos, boolean succeeded) {
        try {
            recorder.event(type, handler, nanos, succeeded);
        } catch (Throwable broken) {
            tellOnce(broken);
        }
    }

    @Override
    public void command(Class<?> type, String handler, long nanos, boolean succeeded) {
        try {
            recorder.command(type, handler, nanos, succeeded);
        } catch (Throwable broken) {
            tellOnce(broken);
        }
    }

    private void tellOnce(Throwable broken) {
        if (told.compareAndSet(false, true)) {
            LOG.warn("the recorder of durations fails, and so its figures do; later failures are not logged", broken);
        }
    }
}
