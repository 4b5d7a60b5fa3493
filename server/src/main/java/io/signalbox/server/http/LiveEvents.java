package io.signalbox.server.http;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session delivers, until the reader's thread takes it. Bounded: what the log has and finds no room here is read
 * from there, so that a slow reader is late and misses nothing; what the log has not is lost to him, as to every slow
 * reader of what need not arrive. Thread safe.
 */
final class LiveEvents implements NumberedSubscriber {
    private static final int MESSAGES_MAX = 1_000;
    private static final long BYTES_MAX = 1 << 20;

    /** @param sequence 0: it is not in the log */
    record Live(long sequence, Message message) {}

    /**
     * @param behind the log has more than these
     * @param over nothing follows these, and what the log has
     */
    record Taken(List<Live> events, boolean behind, boolean over) {}

    private final ArrayDeque<Live> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean behind;
    private boolean ended;

    /** Where the log is to be read from if nothing was written yet; 0: nothing that it has was delivered. */
    private long first;

    private boolean missed;

    /** @param after sequence of what the reader has already; 0: nothing */
    LiveEvents(long after) {
        first = after > 0 ? after + 1 : 0;
    }

    /** Waits until there is something, or the time is over. What is behind comes first: the log has it in order. */
    synchronized Taken take(long waitMillis) throws InterruptedException {
        if (queue.isEmpty() && !behind && !ended) {
            wait(waitMillis);
        }
        if (behind) {
            behind = false;
            return new Taken(List.of(), true, false);
        }
        List<Live> events = new ArrayList<>(queue);
        queue.clear();
        queuedBytes = 0;
        return new Taken(events, false, ended);
    }

    synchronized long first() {
        return first;
    }

    synchronized int waiting() {
        return queue.size();
    }

    @Override
    public synchronized void onDelivery(
            int deliveryId,
            long sequence,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        if (first == 0) {
            first = sequence;
        }
        behind |= missed && first > 0;
        missed = first == 0 && missed;
        if (behind && sequence > 0) {
            return; // it is read with the others
        }
        int bytes = message.sizeBytes();
        if (queue.isEmpty() || queue.size() < MESSAGES_MAX && queuedBytes + bytes <= BYTES_MAX) {
            queue.add(new Live(sequence, message));
            queuedBytes += bytes;
        } else {
            behind |= sequence > 0;
        }
    }

    /** The log has what of it was logged. */
    @Override
    public synchronized void onMissed() {
        if (first > 0) {
            behind = true;
        } else {
            missed = true; // until it is known where to look
        }
    }

    @Override
    public void onReleased(int deliveryId) {}

    @Override
    public synchronized void onTurnEnd() {
        notifyAll();
    }

    @Override
    public synchronized void onDetached(DetachReason reason) {
        ended = true;
        notifyAll();
    }
}
