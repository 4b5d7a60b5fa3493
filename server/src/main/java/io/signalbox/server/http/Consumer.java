package io.signalbox.server.http;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A durable session between the polls of its client: it takes from the session what polls ask for, and knows by which
 * receipt each delivery is settled. Thread safe; the session's lane and the polls meet under its lock.
 */
final class Consumer implements NumberedSubscriber {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * @param receipt names this very delivery: one that comes again has another; empty: settled already
     * @param attempts failed deliveries before this one
     */
    record Delivery(String receipt, long sequence, Message message, int attempts, boolean redelivered) {}

    private record Arrived(int id, long sequence, Message message, int attempts, boolean redelivered) {}

    /** Messages are large or small: what is beyond it waits where it is for the next poll, but for one. */
    private static final long POLL_BYTES_MAX = 4 << 20;

    private final Deque<Arrived> arrived = new ArrayDeque<>();

    /** Of what has arrived. */
    private long arrivedBytes;

    /** Handed to a poll, by delivery id. Bounded by the session's credit. */
    private final Map<Integer, String> receipts = new HashMap<>();

    private @Nullable Session session;
    private @Nullable DetachReason ended;

    /** Of the polls that are under way, together. */
    private int wanted;

    /** So that a receipt of before a restart is of nothing. */
    private long serial = RANDOM.nextLong() >>> 24;

    private long usedNanos = System.nanoTime();

    synchronized void opened(Session value) {
        session = value;
        value.writable(false); // until somebody polls
    }

    private Session session() {
        Session open = session;
        if (open == null) {
            throw new IllegalStateException("a consumer whose session is not open");
        }
        return open;
    }

    /** Why it is over; null: it goes on. */
    synchronized @Nullable DetachReason ended() {
        return ended;
    }

    /** Waits for the first delivery, and takes what is there then. @return empty: nothing came in time, or it has ended */
    synchronized List<Delivery> poll(int max, long waitNanos) throws InterruptedException {
        long deadline = System.nanoTime() + waitNanos;
        want(max);
        try {
            while (arrived.isEmpty() && ended == null) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            List<Delivery> taken = new ArrayList<>();
            long bytes = 0;
            while (taken.size() < max && bytes < POLL_BYTES_MAX && !arrived.isEmpty()) {
                Arrived one = arrived.remove();
                bytes += one.message.sizeBytes();
                arrivedBytes -= one.message.sizeBytes();
                taken.add(hand(one));
            }
            return taken;
        } finally {
            want(-max);
        }
    }

    private void want(int more) {
        usedNanos = System.nanoTime();
        wanted += more;
        if (ended == null) {
            session().writable(hasRoom());
            if (wanted == 0) {
                giveBack();
            }
        }
    }

    private boolean hasRoom() {
        return wanted > arrived.size() && arrivedBytes < POLL_BYTES_MAX;
    }

    /** What came too late for a poll would run out of its time here. The last first: each goes back to the front. */
    private void giveBack() {
        List<Arrived> settledAlready = new ArrayList<>();
        while (!arrived.isEmpty()) {
            Arrived one = arrived.removeLast();
            if (one.id == 0) {
                settledAlready.addFirst(one);
            } else {
                arrivedBytes -= one.message.sizeBytes();
                session().settle(one.id, Settlement.RELEASED);
            }
        }
        arrived.addAll(settledAlready);
    }

    private Delivery hand(Arrived one) {
        String receipt = one.id == 0 ? "" : one.id + "-" + Long.toString(serial++, Character.MAX_RADIX);
        if (one.id != 0) {
            receipts.put(one.id, receipt);
        }
        return new Delivery(receipt, one.sequence, one.message, one.attempts, one.redelivered);
    }

    /** @return false: the receipt is of no delivery that is under way */
    synchronized boolean settle(String receipt, Settlement settlement) {
        int id = idOf(receipt);
        if (id != 0) {
            receipts.remove(id);
            session().settle(id, settlement);
        }
        return id != 0;
    }

    synchronized boolean extend(String receipt) {
        int id = idOf(receipt);
        if (id != 0) {
            session().extend(id);
        }
        return id != 0;
    }

    private int idOf(String receipt) {
        usedNanos = System.nanoTime();
        int dash = receipt.indexOf('-');
        if (ended != null || dash < 1 || dash > 5) {
            return 0;
        }
        try {
            int id = Integer.parseInt(receipt, 0, dash, 10);
            return receipt.equals(receipts.get(id)) ? id : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Waits until nobody has used it for so long, or it has ended. @return false: it has ended */
    synchronized boolean awaitIdle(long idleNanos) throws InterruptedException {
        while (ended == null) {
            long left = wanted > 0 ? idleNanos : idleNanos - (System.nanoTime() - usedNanos);
            if (left <= 0) {
                return true;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return false;
    }

    /** The queue stays; what is unsettled is offered again to whoever opens it next. */
    synchronized void leave() {
        if (ended == null) {
            ended = DetachReason.REMOVED;
            session().detach(true);
            notifyAll();
        }
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
        if (deliveryId != 0) {
            receipts.remove(deliveryId); // of an earlier delivery, whose time is over
        }
        arrived.add(new Arrived(deliveryId, sequence, message, deliveryCount, redelivered));
        arrivedBytes += message.sizeBytes();
        if (!hasRoom() && session != null) {
            session.writable(false);
            notifyAll();
        }
    }

    @Override
    public void onReleased(int deliveryId) {
        // Only for exactly once, which nobody subscribes with here.
    }

    /** What came together is taken together. */
    @Override
    public synchronized void onTurnEnd() {
        if (!arrived.isEmpty()) {
            notifyAll();
        }
        if (wanted == 0 && session != null && ended == null) {
            giveBack();
        }
    }

    @Override
    public synchronized void onDetached(DetachReason reason) {
        if (ended == null) {
            ended = reason;
        }
        notifyAll();
    }
}
