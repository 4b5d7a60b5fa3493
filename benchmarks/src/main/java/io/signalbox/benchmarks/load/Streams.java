package io.signalbox.benchmarks.load;

import java.util.Arrays;

/** What is sent: of each stream its encoded head, its next sequence and its receivers. Owned by the run's thread. */
final class Streams {
    private final int run;
    private final int payloadBytes;
    private final byte[] filler;
    private final byte[] tail;
    private final int[] sequence;
    private final int[] fan;
    /** All heads one behind the other; that of stream s ends where that of s + 1 begins. */
    private byte[] heads;

    private final int[] headAt;
    private final boolean numbered;

    /** @param run told apart by it from what other runs left behind; 8 bits */
    Streams(Plan plan, Topology topology, Protocol protocol, int run) {
        this.run = run;
        this.payloadBytes = plan.payloadBytes;
        this.tail = protocol.tail();
        this.filler = new byte[plan.payloadBytes];
        for (int i = 0; i < filler.length; i++) {
            filler[i] = (byte) ('a' + i % 23);
        }
        int count = topology.streams();
        this.sequence = new int[count];
        this.fan = new int[count];
        this.headAt = new int[count + 1];
        this.heads = new byte[count * 32];
        this.numbered = plan.qos > 0;
        for (int s = 0; s < count; s++) {
            byte[] head = protocol.head(topology.topic(s), payloadBytes);
            int end = headAt[s] + head.length;
            if (end > heads.length) {
                heads = Arrays.copyOf(heads, Math.max(end, heads.length * 2));
            }
            System.arraycopy(head, 0, heads, headAt[s], head.length);
            headAt[s + 1] = end;
            fan[s] = topology.fan(s);
        }
    }

    int count() {
        return fan.length;
    }

    int run() {
        return run;
    }

    int fan(int stream) {
        return fan[stream];
    }

    /** @param packetId 0 at QoS 0 */
    void write(Client client, int stream, int packetId, long stampNanos) {
        int from = headAt[stream];
        int headBytes = headAt[stream + 1] - from;
        int at = client.reserve(headBytes + payloadBytes + tail.length);
        byte[] out = client.out;
        System.arraycopy(heads, from, out, at, headBytes);
        at += headBytes;
        if (numbered) {
            // The identifier is the last of the head (MQTT 3.1.1, 3.3.2).
            out[at - 2] = (byte) (packetId >>> 8);
            out[at - 1] = (byte) packetId;
        }
        Stamp.write(out, at, stampNanos, run, stream, sequence[stream]++);
        System.arraycopy(filler, Stamp.BYTES, out, at + Stamp.BYTES, payloadBytes - Stamp.BYTES);
        System.arraycopy(tail, 0, out, at + payloadBytes, tail.length);
    }
}
