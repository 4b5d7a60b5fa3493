package io.signalbox.systemtests.crash;

import java.util.BitSet;

/**
 * What one publisher sends on one topic with one QoS: messages numbered from 1, in order. The
 * publisher's thread writes it, subscribers and the harness read it.
 *
 * <p>With QoS 0 a message counts as acknowledged when it was sent; that it arrives is not promised.
 */
final class Stream {
    final String topic;
    final int qos;
    /** Whether its messages are retained, so that the newest stays with the broker. */
    final boolean retained;

    private final BitSet acknowledged = new BitSet();
    private final BitSet sentAgain = new BitSet();
    private int sent;
    private int acknowledgedCount;

    Stream(String topic, int qos, boolean retained) {
        this.topic = topic;
        this.qos = qos;
        this.retained = retained;
    }

    /** What a delivery is known by: several streams may share a topic, each with its own QoS. */
    String key() {
        return key(topic, qos);
    }

    static String key(String topic, int qos) {
        return topic + " at QoS " + qos;
    }

    synchronized int next() {
        return ++sent;
    }

    synchronized int sent() {
        return sent;
    }

    synchronized void acknowledge(int sequence) {
        acknowledged.set(sequence);
        acknowledgedCount++;
    }

    synchronized int acknowledged() {
        return acknowledgedCount;
    }

    synchronized boolean isAcknowledged(int sequence) {
        return acknowledged.get(sequence);
    }

    synchronized void sendAgain(int sequence) {
        sentAgain.set(sequence);
    }

    synchronized boolean wasSentAgain(int sequence) {
        return sentAgain.get(sequence);
    }
}
