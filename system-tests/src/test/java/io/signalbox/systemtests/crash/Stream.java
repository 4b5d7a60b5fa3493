package io.signalbox.systemtests.crash;

import java.util.BitSet;

/**
 * What one publisher sends: messages numbered from 1, in order, all with one QoS. The publisher's
 * thread writes it, subscribers and the harness read it.
 */
final class Stream {
    final int number;
    final int qos;
    private final BitSet acknowledged = new BitSet();
    private final BitSet sentAgain = new BitSet();
    private int sent;
    private int acknowledgedCount;

    Stream(int number, int qos) {
        this.number = number;
        this.qos = qos;
    }

    String topic() {
        return "crash/" + qos + "/" + number;
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
