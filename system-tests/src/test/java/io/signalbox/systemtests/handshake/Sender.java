package io.signalbox.systemtests.handshake;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's half of QoS 2, with the state that it keeps from one connection to the next. Each
 * batch uses the packet identifiers from 1 on again. Owned by one thread.
 */
final class Sender {
    /** One message on its way; {@code received} is true once PUBREC was seen. */
    private record Exchange(int number, boolean received) {}

    private final Version version;
    private final String topic;
    private final TreeMap<Integer, Exchange> exchanges = new TreeMap<>();
    private @Nullable Connection connection;
    private int last;

    Sender(Version version, String topic) {
        this.version = version;
        this.topic = topic;
    }

    void connect(int port) throws IOException {
        connection = Connection.open(port, version, "sender of " + topic, 0, false, HandshakeHarness.TIMEOUT_MILLIS);
    }

    /** Goes away without a word. */
    void drop() {
        connection().close();
    }

    private Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    /** The number of the newest message. */
    int last() {
        return last;
    }

    /** Begins so many new exchanges and takes them all to the step. */
    void advance(int count, SenderStep step) throws IOException {
        for (int id = 1; id <= count; id++) {
            exchanges.put(id, new Exchange(++last, false));
            publish(id, false);
        }
        connection().flush();
        if (step.hasReached(SenderStep.PUBREC_UNSEEN)) {
            expect(Frame.PUBREC, count);
        }
        if (step.hasReached(SenderStep.PUBREC_SEEN)) {
            exchanges.replaceAll((id, exchange) -> new Exchange(exchange.number, true));
        }
        if (step.hasReached(SenderStep.PUBREL_SENT)) {
            for (int id : exchanges.keySet()) {
                connection().send(Packets.pubrel(id));
            }
            connection().flush();
        }
        if (step.hasReached(SenderStep.PUBCOMP_UNSEEN)) {
            expect(Frame.PUBCOMP, count);
        }
        if (step.hasReached(SenderStep.PUBCOMP_SEEN)) {
            exchanges.clear();
        }
    }

    private void publish(int id, boolean duplicate) throws IOException {
        byte[] payload = ByteBuffer.allocate(4)
                .putInt(java.util.Objects.requireNonNull(exchanges.get(id)).number)
                .array();
        connection().send(Packets.publish(version, topic, 2, duplicate, id, payload));
    }

    private void expect(int type, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Frame frame = connection().read();
            if (frame.type() != type || frame.ackReason() >= 0x80) {
                throw new IOException(
                        "expected packet type " + type + ", got " + frame.type() + ", reason " + frame.ackReason());
            }
        }
    }

    /** After a reconnect: sends again, in order, what has no answer, and ends every exchange. */
    void complete() throws IOException {
        for (Map.Entry<Integer, Exchange> entry : exchanges.entrySet()) {
            if (entry.getValue().received) {
                connection().send(Packets.pubrel(entry.getKey()));
            } else {
                publish(entry.getKey(), true);
            }
        }
        connection().flush();
        while (!exchanges.isEmpty()) {
            Frame frame = connection().read();
            switch (frame.type()) {
                case Frame.PUBREC -> {
                    if (frame.ackReason() >= 0x80) {
                        throw new IOException("PUBREC with reason " + frame.ackReason());
                    }
                    exchanges.computeIfPresent(frame.ackedId(), (id, exchange) -> new Exchange(exchange.number, true));
                    connection().send(Packets.pubrel(frame.ackedId()));
                    connection().flush();
                }
                case Frame.PUBCOMP -> exchanges.remove(frame.ackedId());
                default -> throw new IOException("a publisher got packet type " + frame.type());
            }
        }
    }
}
