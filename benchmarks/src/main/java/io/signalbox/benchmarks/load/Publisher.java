package io.signalbox.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * One publisher: goes round its streams, and sends as much as its windows, or its schedule, allow. Owned by the run's
 * thread.
 */
final class Publisher {
    /** Nothing more is encoded while so much is unsent. */
    private static final int UNSENT_BYTES_MAX = 256 << 10;

    private static final int PACKET_IDS = 1 << 16;

    private final Plan plan;
    private final Streams streams;
    private final Schedule schedule;
    private final Tally tally;
    private final Client client;
    private final int index;
    private final int streamCount;
    private final long quota;
    /** Deliveries that may be under way; 0: any number. */
    private final long undeliveredMax;

    private final boolean @Nullable [] packetIds;
    private int lastPacketId;
    private int inFlight;
    private int cursor;
    private long sent;
    private long due;
    private long undelivered;
    private long progressNanos;

    /** Waits in the loop's list of those that may have something to send. */
    boolean listed;

    /** Stopped because too much is unsent. */
    boolean full;

    Publisher(Plan plan, Streams streams, Schedule schedule, Tally tally, Client client, int index) {
        this.plan = plan;
        this.streams = streams;
        this.schedule = schedule;
        this.tally = tally;
        this.client = client;
        this.index = index;
        this.streamCount = (streams.count() - index + plan.publishers - 1) / plan.publishers;
        this.quota = plan.count == 0
                ? Long.MAX_VALUE
                : plan.count / plan.publishers + (index < plan.count % plan.publishers ? 1 : 0);
        this.packetIds = plan.qos > 0 ? new boolean[PACKET_IDS] : null;
        this.undeliveredMax = undeliveredMax();
    }

    /** The bound is given in messages; a message counts as many deliveries as its streams have on average. */
    private long undeliveredMax() {
        long fan = 0;
        for (int i = 0; i < streamCount; i++) {
            fan += streams.fan(index + i * plan.publishers);
        }
        if (plan.undelivered == 0 || plan.ratePerSecond > 0 || fan == 0) {
            return 0;
        }
        return Math.max(1, (long) ((double) plan.undelivered * fan / streamCount));
    }

    Client client() {
        return client;
    }

    private boolean maySend(int stream, boolean open) {
        if (client.state != Client.State.READY || sent >= quota) {
            return false;
        }
        if (client.unsentBytes() >= UNSENT_BYTES_MAX) {
            full = true;
            return false;
        }
        if (plan.qos > 0 && inFlight >= plan.window) {
            return false;
        }
        if (plan.ratePerSecond > 0) {
            return due > sent;
        }
        return open && (undeliveredMax == 0 || undelivered <= 0 || undelivered + streams.fan(stream) <= undeliveredMax);
    }

    /** @param open new messages may still be sent in the closed loop */
    void pump(boolean open) {
        long now = 0;
        while (true) {
            int stream = index + cursor * plan.publishers;
            if (!maySend(stream, open)) {
                return;
            }
            if (now == 0) {
                now = System.nanoTime();
            }
            long stamp = now;
            if (plan.ratePerSecond > 0) {
                stamp = schedule.dueNanos(sent * plan.publishers + index);
                if (tally.inWindow(stamp)) {
                    Tally.record(tally.lag, now - stamp);
                }
            }
            int fan = streams.fan(stream);
            streams.write(client, stream, packetIds == null ? 0 : takePacketId(), stamp);
            sent++;
            tally.onSent(fan, now);
            if (undeliveredMax > 0) {
                if (undelivered <= 0) {
                    progressNanos = now;
                }
                undelivered += fan;
            }
            cursor = cursor + 1 == streamCount ? 0 : cursor + 1;
        }
    }

    private int takePacketId() {
        boolean[] ids = packetIds;
        if (ids == null) {
            throw new AssertionError("QoS 0 has no packet identifiers");
        }
        int id = lastPacketId;
        do {
            id = id + 1 == PACKET_IDS ? 1 : id + 1;
        } while (ids[id]);
        ids[id] = true;
        lastPacketId = id;
        inFlight++;
        return id;
    }

    /** @return false if nothing was waiting for it */
    boolean onAcknowledged(int packetId) {
        if (packetIds == null || !packetIds[packetId]) {
            return false;
        }
        packetIds[packetId] = false;
        inFlight--;
        return true;
    }

    /** @return true if it may now send more */
    boolean onDelivered(long now) {
        if (undeliveredMax == 0) {
            return false;
        }
        if (undelivered > 0) {
            undelivered--;
        }
        progressNanos = now;
        return true;
    }

    /** One more of its schedule may go. */
    void due() {
        due = Math.min(due + 1, quota);
    }

    /** @return true if what was under way is given up as lost, so that the window opens again */
    boolean giveUpStalled(long now) {
        if (undeliveredMax == 0 || undelivered == 0 || now - progressNanos <= (long) (plan.stallSeconds * 1e9)) {
            return false;
        }
        undelivered = 0;
        progressNanos = now;
        return true;
    }

    int inFlight() {
        return inFlight;
    }

    boolean sentAll() {
        return sent >= quota || client.state != Client.State.READY;
    }

    /** Something is still to be sent, or to be acknowledged. */
    boolean busy() {
        return client.state == Client.State.READY && (inFlight > 0 || client.unsentBytes() > 0 || due > sent);
    }

    long unsent() {
        return plan.count > 0 ? quota - sent : Math.max(0, due - sent);
    }
}
