package io.signalbox.systemtests.overload;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client that sends itself numbered messages at QoS 1 and gets each of them, whatever others do. */
final class WellBehaved implements AutoCloseable {
    private static final String TOPIC = "good/client";

    private final Connection connection;
    private int next;
    private final List<Long> latencyNanos = new ArrayList<>();

    private WellBehaved(Connection connection) {
        this.connection = connection;
    }

    static WellBehaved connect(int port) throws IOException {
        Connection connection = Connection.open(port, Version.V3_1_1, "well-behaved", 0, true, 60_000);
        connection.subscribe(Version.V3_1_1, TOPIC, 1);
        return new WellBehaved(connection);
    }

    /** One message there and back. */
    void roundTrip() throws IOException {
        long began = System.nanoTime();
        int number = next++;
        byte[] payload = ByteBuffer.allocate(4).putInt(number).array();
        connection.send(Packets.publish(Version.V3_1_1, TOPIC, 1, false, number % 65_535 + 1, payload));
        connection.flush();
        boolean acknowledged = false;
        boolean arrived = false;
        while (!acknowledged || !arrived) {
            Frame frame = connection.read();
            if (frame.type() == Frame.PUBACK) {
                acknowledged = true;
            } else if (frame.type() == Frame.PUBLISH) {
                int got = ByteBuffer.wrap(frame.payload(Version.V3_1_1)).getInt();
                if (got != number) {
                    throw new IOException("expected number " + number + ", got " + got);
                }
                arrived = true;
                connection.send(Packets.puback(frame.publishId()));
                connection.flush();
            } else {
                throw new IOException("got packet type " + frame.type());
            }
        }
        latencyNanos.add(System.nanoTime() - began);
    }

    int roundTrips() {
        return next;
    }

    /** What so much of a hundred round trips did not exceed; 100 is the slowest. */
    long percentileMillis(int percent) {
        List<Long> sorted = latencyNanos.stream().sorted().toList();
        return TimeUnit.NANOSECONDS.toMillis(sorted.get((sorted.size() - 1) * percent / 100));
    }

    @Override
    public void close() {
        connection.close();
    }
}
