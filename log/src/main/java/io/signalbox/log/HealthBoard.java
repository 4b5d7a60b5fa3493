package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log's present health. Any thread may report a failure; housekeeping alone declares it over, after a probe. */
final class HealthBoard {
    private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);

    private final FileStore store;
    private final int segmentBytes;
    private volatile LogHealth health = new LogHealth.Healthy();

    HealthBoard(FileStore store, int segmentBytes) {
        this.store = store;
        this.segmentBytes = segmentBytes;
    }

    LogHealth health() {
        return health;
    }

    /** Records a failure and says what kind it was. */
    LogWriteException.Kind failed(String doing, IOException e) {
        LogWriteException.Kind kind = IOErrors.kind(e, store, segmentBytes);
        String reason = doing + " in " + store.description() + " failed: " + e.getMessage();
        LogHealth now = kind == LogWriteException.Kind.FULL ? new LogHealth.Full(reason) : new LogHealth.Failed(reason);
        if (health.healthy()) {
            LOGGER.error("{}; writes are refused until it works again", reason);
        }
        health = now;
        return kind;
    }

    void recovered() {
        if (!health.healthy()) {
            health = new LogHealth.Healthy();
            LOGGER.info("{} takes writes again", store.description());
        }
    }
}
