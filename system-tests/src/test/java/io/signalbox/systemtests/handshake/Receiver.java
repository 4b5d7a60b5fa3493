package io.signalbox.systemtests.handshake;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's half of QoS 2, with the state that it keeps from one connection to the next: a
 * message counts when its PUBLISH comes, and its identifier is kept until PUBREL. Owned by one thread.
 */
final class Receiver {
    private final Version version;
    private final String topic;
    private final Tally tally;
    /** Number of the message by packet identifier. */
    private final Map<Integer, Integer> unreleased = new TreeMap<>();

    private @Nullable Connection connection;
    private boolean subscribed;

    Receiver(Version version, String topic, Tally tally) {
        this.version = version;
        this.topic = topic;
        this.tally = tally;
    }

    /** Comes back to its session, or makes it the first time. */
    void connect(int port) throws IOException {
        Connection opened =
                Connection.open(port, version, "receiver of " + topic, 0, false, HandshakeHarness.TIMEOUT_MILLIS);
        connection = opened;
        if (subscribed && !opened.sessionPresent()) {
            throw new IOException("the session of the receiver was gone");
        }
        if (!subscribed) {
            opened.subscribe(version, topic, 2);
            subscribed = true;
        }
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

    /** Takes so many new messages to the step and no further. */
    void advance(int count, ReceiverStep step) throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Frame frame = expect(Frame.PUBLISH);
            take(frame);
            ids.add(frame.publishId());
        }
        if (step.hasReached(ReceiverStep.PUBREC_SENT)) {
            for (int id : ids) {
                connection().send(Packets.pubrec(id));
            }
            connection().flush();
        }
        if (step.hasReached(ReceiverStep.PUBREL_SEEN)) {
            for (int i = 0; i < count; i++) {
                unreleased.remove(expect(Frame.PUBREL).ackedId());
            }
        }
        if (step.hasReached(ReceiverStep.PUBCOMP_SENT)) {
            for (int id : ids) {
                connection().send(Packets.pubcomp(id));
            }
            connection().flush();
        }
    }

    private Frame expect(int type) throws IOException {
        Frame frame = connection().read();
        if (frame.type() != type) {
            throw new IOException("expected packet type " + type + ", got " + frame.type());
        }
        return frame;
    }

    private void take(Frame publish) {
        int number = ByteBuffer.wrap(publish.payload(version)).getInt();
        Integer held = unreleased.putIfAbsent(publish.publishId(), number);
        if (held == null) {
            tally.arrived(number);
        } else if (held != number) {
            tally.found("identifier " + publish.publishId() + " of the unreleased " + held + " came with " + number);
        }
    }

    /** Goes through whole exchanges until the number has come and all are ended. */
    void receiveUntil(int number) throws IOException {
        while (!tally.hasArrived(number) || !unreleased.isEmpty()) {
            Frame frame = connection().read();
            switch (frame.type()) {
                case Frame.PUBLISH -> {
                    take(frame);
                    connection().send(Packets.pubrec(frame.publishId()));
                }
                case Frame.PUBREL -> {
                    unreleased.remove(frame.ackedId());
                    connection().send(Packets.pubcomp(frame.ackedId()));
                }
                default -> throw new IOException("a subscriber got packet type " + frame.type());
            }
            if (!connection().hasInput()) {
                connection().flush();
            }
        }
        connection().flush();
    }

    /** Says goodbye, so that the broker has read every PUBCOMP; the session stays. */
    void leave() throws IOException {
        connection().send(Packets.disconnect());
        connection().flush();
        connection().awaitEnd();
    }
}
