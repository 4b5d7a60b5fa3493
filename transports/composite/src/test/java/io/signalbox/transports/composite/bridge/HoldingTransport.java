package io.signalbox.transports.composite.bridge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Keeps publishes while its server is away, as the contract has it: when the oldest has waited for too long it is
 * refused, and then all that were published before that. Its clock is turned by hand.
 */
class HoldingTransport extends ForwardingTransport {
    static final long HOLD_MILLIS = 7_500;

    private final Deque<Held> queue = new ArrayDeque<>();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private boolean away;
    private long nowMillis;
    private volatile Runnable beforeQueued = () -> {};

    private record Held(Message message, PublishCallback callback, long context, long sinceMillis) {}

    HoldingTransport(Transport inner) {
        super(inner);
    }

    /** In the next publish, when whoever publishes can do nothing about it any more. */
    void beforeQueued(Runnable task) {
        beforeQueued = task;
    }

    /** Payloads, as the server took them. */
    List<String> written() {
        return written;
    }

    synchronized int queued() {
        return queue.size();
    }

    synchronized void leave() {
        away = true;
    }

    void comeBack() {
        synchronized (this) {
            away = false;
        }
        writeAll();
    }

    /** On the caller's thread those are refused whose time is over, and what stands behind them. */
    void pass(long millis) {
        Held oldest;
        synchronized (this) {
            nowMillis += millis;
            oldest = queue.peekFirst();
            if (!away || oldest == null || nowMillis - oldest.sinceMillis < HOLD_MILLIS) {
                return;
            }
            queue.removeFirst();
        }
        refuse(oldest);
        for (Held behind : takeAll()) {
            refuse(behind);
        }
    }

    private static void refuse(Held held) {
        held.callback.refused(held.context, new Refusal(ReasonCode.BUSY, "its server is away"));
    }

    private synchronized List<Held> takeAll() {
        List<Held> all = new ArrayList<>(queue);
        queue.clear();
        return all;
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Runnable before = beforeQueued;
        beforeQueued = () -> {};
        before.run();
        boolean up;
        synchronized (this) {
            queue.addLast(new Held(message, callback, context, nowMillis));
            up = !away;
        }
        if (up) {
            writeAll();
        }
    }

    private void writeAll() {
        for (Held held : takeAll()) {
            written.add(held.message.payloadText());
            inner().publish(held.message, held.callback, held.context);
        }
    }
}
