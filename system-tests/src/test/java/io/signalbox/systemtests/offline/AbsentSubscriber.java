package io.signalbox.systemtests.offline;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Pipeline;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A persistent session, what is published for it while it is away, and its return. */
final class AbsentSubscriber {
    private static final String NAME = "absent";
    private static final String TOPIC = "away/numbers";
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private AbsentSubscriber() {}

    /** Makes the session and leaves. */
    static void leave(int port) throws IOException {
        try (Connection connection = Connection.open(port, Version.V3_1_1, NAME, 0, false, READ_TIMEOUT_MILLIS)) {
            connection.subscribe(Version.V3_1_1, "away/#", 1);
            connection.send(Packets.disconnect());
            connection.flush();
        }
    }

    /** Publishes the numbers from first to last, each in a payload of so many bytes; all are acknowledged. */
    static void publish(int port, int first, int last, int payloadBytes) throws IOException {
        try (Connection connection = Connection.open(port, Version.V5, "busy", 0, true, READ_TIMEOUT_MILLIS)) {
            Pipeline pipeline = new Pipeline(connection, Version.V5, 200, AbsentSubscriber::mustBeAccepted);
            for (int number = first; number <= last; number++) {
                pipeline.publish(
                        TOPIC, ByteBuffer.allocate(payloadBytes).putInt(number).array());
            }
            pipeline.drain();
        }
    }

    private static void mustBeAccepted(long index, int reason) {
        if (reason >= 0x80) {
            throw new IllegalStateException("message " + index + " was refused with reason " + reason);
        }
    }

    /**
     * Comes back and receives until {@code last} has come.
     *
     * @param first the number that must come first
     * @return how many came; each must be the follower of the one before
     */
    static int comeBack(int port, int first, int last, int payloadBytes) throws IOException {
        try (Connection connection = Connection.open(port, Version.V3_1_1, NAME, 0, false, READ_TIMEOUT_MILLIS)) {
            if (!connection.sessionPresent()) {
                throw new IOException("the session is gone");
            }
            int expected = first;
            while (expected <= last) {
                Frame frame = read(connection, expected);
                byte[] payload = frame.payload(Version.V3_1_1);
                int number = ByteBuffer.wrap(payload).getInt();
                if (number != expected || payload.length != payloadBytes) {
                    throw new IOException(
                            "expected number " + expected + ", got " + number + " in " + payload.length + " bytes");
                }
                expected++;
                connection.send(Packets.puback(frame.publishId()));
                if (!connection.hasInput()) {
                    connection.flush();
                }
            }
            connection.flush();
            return expected - first;
        }
    }

    private static Frame read(Connection connection, int expected) throws IOException {
        try {
            Frame frame = connection.read();
            if (frame.type() != Frame.PUBLISH || frame.qos() != 1) {
                throw new IOException("expected number " + expected + ", got packet type " + frame.type());
            }
            return frame;
        } catch (SocketTimeoutException e) {
            throw new IOException("number " + expected + " did not come within " + READ_TIMEOUT_MILLIS + " ms", e);
        }
    }
}
