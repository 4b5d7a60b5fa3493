package io.signalbox.systemtests.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Publishes at QoS 1 with many messages on their way at once. Acknowledgements must come in the order
 * of the publishes (MQTT 5, 4.6). Owned by one thread.
 */
public final class Pipeline {
    /** Told of each acknowledgement, in order. */
    public interface AckListener {
        /**
         * @param index of the message, from 0
         * @param reason MQTT 5 reason code; 0x80 and above is a refusal
         */
        void acknowledged(long index, int reason);
    }

    private record Sent(int id, long index) {}

    private final Connection connection;
    private final Version version;
    private final int window;
    private final AckListener listener;
    private final Deque<Sent> inFlight = new ArrayDeque<>();
    private long next;

    public Pipeline(Connection connection, Version version, int window, AckListener listener) {
        this.connection = connection;
        this.version = version;
        this.window = window;
        this.listener = listener;
    }

    /** Sends, and waits for an acknowledgement first when the window is full. Returns the message's index. */
    public long publish(String topic, byte[] payload) throws IOException {
        if (inFlight.size() >= window) {
            connection.flush();
            takeOne();
            while (connection.hasInput()) {
                takeOne();
            }
        }
        Sent sent = new Sent((int) (next % 65_535) + 1, next++);
        inFlight.addLast(sent);
        connection.send(Packets.publish(version, topic, 1, false, sent.id, payload));
        return sent.index;
    }

    /** Waits for all acknowledgements that are still owed. */
    public void drain() throws IOException {
        connection.flush();
        while (!inFlight.isEmpty()) {
            takeOne();
        }
    }

    private void takeOne() throws IOException {
        Frame frame = connection.read();
        Sent sent = inFlight.pollFirst();
        if (sent == null || frame.type() != Frame.PUBACK || frame.ackedId() != sent.id) {
            throw new IOException("expected PUBACK of " + sent + ", got packet type " + frame.type()
                    + (frame.type() == Frame.DISCONNECT && frame.body().length > 0 ? ", code " + frame.body()[0] : ""));
        }
        listener.acknowledged(sent.index, frame.ackReason());
    }
}
