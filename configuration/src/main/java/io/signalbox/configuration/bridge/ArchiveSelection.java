package io.signalbox.configuration.bridge;

import io.signalbox.message.Message;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of the crossing messages an archive gets. One for which that cannot be decided, or that cannot be read, is archived
 * as it crossed: a copy too many does no harm. Owned by the bridge's lane.
 */
final class ArchiveSelection {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveSelection.class);
    private static final long LOGGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MessageSelection selection;
    private long loggedNanos = System.nanoTime() - LOGGED_EVERY_NANOS;
    private long undecided;

    ArchiveSelection(MessageSelection selection) {
        this.selection = selection;
    }

    /** Null: none. */
    @Nullable
    Message copy(Message message) {
        try {
            return selection.select(message);
        } catch (RuntimeException e) {
            undecided++;
            long now = System.nanoTime();
            if (now - loggedNanos >= LOGGED_EVERY_NANOS) {
                loggedNanos = now;
                LOG.warn(
                        "{} messages are archived as they crossed, since it cannot be decided or converted; the last, to"
                                + " {}: {}",
                        undecided,
                        message.topic(),
                        e.getMessage());
            }
            return message;
        }
    }
}
