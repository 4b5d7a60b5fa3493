package io.signalbox.configuration.bridge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.bridge.FarSide;
import org.jspecify.annotations.Nullable;

/**
 * A target with an archive beside it that need not have everything: it gets a copy of what the target has taken, once.
 * Thread safe.
 */
final class ArchiveCopies implements FarSide {
    private final Transport target;
    private final Transport archive;
    private final ArchiveSelection selection;
    private final Misses misses;

    ArchiveCopies(Transport target, Transport archive, ArchiveSelection selection) {
        this.target = target;
        this.archive = archive;
        this.selection = selection;
        misses = new Misses(archive.name());
    }

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public Health health() {
        return misses.health();
    }

    @Override
    public long missedCount() {
        return misses.count();
    }

    @Override
    public Passage passage(Message message) {
        @Nullable Message copy = selection.copy(message);
        return copy == null
                ? callback -> target.publish(message, callback, 0)
                : callback -> target.publish(message, new Crossed(callback, copy), 0);
    }

    private final class Crossed implements PublishCallback {
        private final PublishCallback callback;
        private final Message copy;

        Crossed(PublishCallback callback, Message copy) {
            this.callback = callback;
            this.copy = copy;
        }

        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            try {
                archive.publish(copy, misses, 0);
            } catch (RuntimeException | Error e) { // the target has it all the same, and the bridge is to know
                misses.refused(0, new Refusal(ReasonCode.INTERNAL, "it failed: " + e));
            }
            callback.published(context, outcome, reached, sequence);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            callback.refused(context, refusal);
        }
    }
}
