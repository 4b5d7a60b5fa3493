package io.signalbox.gateway.mqtt.publish;

import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How much of one client's publishing is under way: the Receive Maximum (MQTT 5, 4.9), and the bounds beyond which
 * nothing more is read. Owned by the connection's loop.
 */
final class InboundFlow {
    private final FrameDecoder decoder;
    private final int receiveMaximum;
    private final long bytesMax;

    /** Exactly once publishes that were taken, and not yet released. */
    private @Nullable BitSet unreleased;

    private int unreleasedCount;
    private int unacknowledgedCount;
    private long waitingBytes;
    private boolean reading = true;

    /** @param bytesMax of publishes that wait for the broker */
    InboundFlow(FrameDecoder decoder, int receiveMaximum, long bytesMax) {
        this.decoder = decoder;
        this.receiveMaximum = receiveMaximum;
        this.bytesMax = bytesMax;
    }

    /** MQTT 5, 3.3.4: more than the Receive Maximum is an error. */
    void checkReceiveMaximum(int qos, int packetId) {
        if (unacknowledgedCount + unreleasedCount < receiveMaximum) {
            return;
        }
        if (qos == 2 && isUnreleased(packetId)) {
            return; // sent again, not another one
        }
        throw new ProtocolException(
                MqttReason.RECEIVE_MAXIMUM_EXCEEDED,
                "more than " + receiveMaximum + " publishes without acknowledgement; the Receive Maximum is "
                        + receiveMaximum);
    }

    boolean isUnreleased(int packetId) {
        return unreleased != null && unreleased.get(packetId);
    }

    void tookAtLeastOnce(int bytes) {
        unacknowledgedCount++;
        waitingBytes += bytes;
    }

    void tookExactlyOnce(int bytes, int packetId) {
        if (unreleased == null) {
            unreleased = new BitSet();
        }
        if (!unreleased.get(packetId)) {
            unreleased.set(packetId);
            unreleasedCount++;
        }
        waitingBytes += bytes;
    }

    /** The broker has answered a publish of so many bytes. */
    void answered(int bytes, boolean atLeastOnce) {
        waitingBytes -= bytes;
        if (atLeastOnce) {
            unacknowledgedCount--;
        }
    }

    void release(int packetId) {
        if (unreleased != null && unreleased.get(packetId)) {
            unreleased.clear(packetId);
            unreleasedCount--;
        }
    }

    /**
     * Reads no further if too much is under way.
     *
     * @param answersOwed acknowledgements that the client waits for, whether the broker has answered or not
     */
    void slowDown(int answersOwed) {
        if (reading && (answersOwed > receiveMaximum || waitingBytes > bytesMax)) {
            reading = false;
            decoder.pause();
        }
    }

    /** Reads on if half of it is done. */
    void speedUp(int answersOwed) {
        if (!reading && answersOwed <= receiveMaximum / 2 && waitingBytes <= bytesMax / 2) {
            reading = true;
            decoder.resume();
        }
    }
}
