package io.signalbox.broker.state;

import io.signalbox.log.Log;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a snapshot each time so many bytes of log have come, from the files alone: the broker at work is not asked,
 * and not held up. Snapshots that are large themselves are made less often.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final Log log;
    private final long everyBytes;
    private final Executor worker;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long lastPosition;

    /** After a failure the next is tried when so much has come again; what is in a snapshot is another matter. */
    private volatile long lastTried;

    private volatile long lastBytes;

    public Snapshots(Log log, long everyBytes, long lastPosition, Executor worker) {
        this.log = log;
        this.everyBytes = everyBytes;
        this.lastPosition = lastPosition;
        this.lastTried = lastPosition;
        this.worker = worker;
    }

    /** Any thread, often: starts one if it is time. */
    public void consider() {
        if (log.syncedPosition() - lastTried > Math.max(everyBytes, 4 * lastBytes)
                && running.compareAndSet(false, true)) {
            worker.execute(() -> {
                try {
                    write();
                } catch (IOException | RuntimeException e) {
                    LOG.warn("no snapshot could be written; recovery will read more of the log: {}", e.toString());
                    lastTried = log.syncedPosition();
                } finally {
                    running.set(false);
                }
            });
        }
    }

    /** Everything up to here is in a snapshot, so retention may take it. */
    public long lastPosition() {
        return lastPosition;
    }

    /** Now, on this thread. */
    public void write() throws IOException {
        long position = log.syncedPosition();
        BrokerState state = Recovery.foldTo(log, position);
        long[] bytes = {0};
        log.snapshots().write(position, out -> bytes[0] = StateSnapshot.write(state, out));
        lastBytes = bytes[0];
        lastPosition = position;
        lastTried = position;
    }
}
