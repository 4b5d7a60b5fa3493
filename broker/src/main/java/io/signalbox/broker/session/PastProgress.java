package io.signalbox.broker.session;

import io.signalbox.broker.record.PastCodec;
import io.signalbox.transport.FilterSpec;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How far the pasts of a durable session are settled, so that they go on from there after a restart. Owned by the
 * session's turn.
 */
final class PastProgress {
    private static final int PASTS_EXPECTED = 2;

    private static final class Progress {
        private final long boundary;
        private final ArrayDeque<QueueEntry> unsettled = new ArrayDeque<>();
        private long doneSequence;
        private long toldSequence;
        private boolean complete;

        Progress(long boundary) {
            this.boundary = boundary;
        }
    }

    private Map<FilterSpec, Progress> running = Map.of();

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** It takes the place of an earlier one of the same filter, whose last pieces may still come. */
    void begin(PastCodec.Running past) {
        FilterSpec spec = past.spec();
        running = running.isEmpty() ? new IdentityHashMap<>(PASTS_EXPECTED) : running;
        running.keySet().removeIf(other -> other.filter().equals(spec.filter()));
        running.put(spec, new Progress(past.boundary()));
    }

    void add(FilterSpec spec, QueueEntry entry) {
        Progress progress = running.get(spec);
        if (progress != null) {
            progress.unsettled.addLast(entry);
        }
    }

    /** Nothing more comes of it. */
    void complete(FilterSpec spec) {
        Progress progress = running.get(spec);
        if (progress != null) {
            progress.complete = true;
        }
    }

    /** Logs what is settled without a gap since that was done last. */
    void tell(SessionHost host, long sessionId) {
        running.entrySet().removeIf(entry -> {
            Progress progress = entry.getValue();
            QueueEntry head;
            while ((head = progress.unsettled.peekFirst()) != null && head.done) {
                progress.unsettled.removeFirst();
                progress.doneSequence = Math.max(progress.doneSequence, head.sequence);
            }
            if (progress.complete && head == null) {
                host.notes().pastEnded(sessionId, entry.getKey().filter(), progress.boundary);
                return true;
            }
            if (progress.doneSequence > progress.toldSequence) {
                progress.toldSequence = progress.doneSequence;
                host.notes().pastDoneTo(sessionId, entry.getKey().filter(), progress.boundary, progress.doneSequence);
            }
            return false;
        });
    }
}
