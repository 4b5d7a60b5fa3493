package io.signalbox.systemtests.disk;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A persistent subscriber that keeps the numbers it got. Receives on a thread of its own. */
final class Reader implements AutoCloseable {
    private final Connection connection;
    private final Thread thread;
    private final BitSet seen = new BitSet();
    private int highest = -1;
    private @Nullable String disorder;

    private Reader(Connection connection) {
        this.connection = connection;
        this.thread = Thread.ofPlatform().daemon().name("reader").start(this::receive);
    }

    /** Connects, subscribes when the session is new, and begins to receive. */
    static Reader connect(int port, String filter) throws IOException {
        Connection connection = Connection.open(port, Version.V5, "reader", 0, false, 600_000);
        if (!connection.sessionPresent()) {
            connection.subscribe(Version.V5, filter, 1);
        }
        return new Reader(connection);
    }

    private void receive() {
        try {
            while (true) {
                Frame frame = connection.read();
                if (frame.type() == Frame.PUBLISH) {
                    arrived(ByteBuffer.wrap(frame.payload(Version.V5)).getInt());
                    connection.send(Packets.puback(frame.publishId()));
                }
                if (!connection.hasInput()) {
                    connection.flush();
                }
            }
        } catch (IOException e) {
            // The connection was closed, by us or with the server.
        }
    }

    private synchronized void arrived(int number) {
        if (!seen.get(number) && number < highest) {
            disorder = number + " came after " + highest;
        }
        seen.set(number);
        highest = Math.max(highest, number);
    }

    /** Those of {@code wanted} that have not come. */
    synchronized BitSet missing(BitSet wanted) {
        BitSet missing = (BitSet) wanted.clone();
        missing.andNot(seen);
        return missing;
    }

    /** The first message that came too late; null when all came in order. */
    synchronized @Nullable String disorder() {
        return disorder;
    }

    @Override
    public void close() {
        connection.close();
        try {
            thread.join(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
