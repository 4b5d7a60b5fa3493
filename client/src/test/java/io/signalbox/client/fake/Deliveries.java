package io.signalbox.client.fake;

import io.signalbox.client.connection.LinkEvents;
import io.signalbox.client.fake.FakeServer.FakeSettling;
import io.signalbox.message.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What one connection brings: no more at once than the client's credit, which acknowledgements give back in order. */
final class Deliveries {
    private final LinkEvents events;
    private final int credit;
    private final Deque<FakeSettling> unacknowledged = new ArrayDeque<>();
    private final Deque<Delivery> waiting = new ArrayDeque<>();

    /** One at a time hands out, whoever else comes meanwhile. */
    private boolean delivering;

    private record Delivery(Message message, long sequence, FakeSettling settling) {}

    Deliveries(LinkEvents events, int credit) {
        this.events = events;
        this.credit = credit;
    }

    void add(Message message, long sequence, FakeSettling settling) {
        synchronized (this) {
            waiting.addLast(new Delivery(message, sequence, settling));
        }
        handOut();
    }

    void settled() {
        synchronized (this) {
            while (!unacknowledged.isEmpty()
                    && !unacknowledged.getFirst().outcome().isEmpty()) {
                unacknowledged.removeFirst().acknowledge();
            }
        }
        handOut();
    }

    private void handOut() {
        synchronized (this) {
            if (delivering) {
                return;
            }
            delivering = true;
        }
        for (Delivery next = next(); next != null; next = next()) {
            events.arrived(next.message, next.sequence, next.settling);
        }
    }

    private synchronized @Nullable Delivery next() {
        Delivery next = unacknowledged.size() < credit ? waiting.pollFirst() : null;
        if (next == null) {
            delivering = false;
        } else {
            unacknowledged.addLast(next.settling);
        }
        return next;
    }
}
