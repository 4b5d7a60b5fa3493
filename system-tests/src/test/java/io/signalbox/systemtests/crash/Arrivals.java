package io.signalbox.systemtests.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What one subscriber got of one stream, and the judge of it.
 *
 * <pre>
 * arrival                                          QoS 1        QoS 2
 * the next number                                  right        right
 * a number beyond the next                         gap          gap          (lost when it never comes,
 * a number below, not seen before                  disorder     disorder      out of order when it does)
 * seen before, marked DUP                          allowed      twice
 * seen before, the publisher had sent it again     allowed      twice
 * seen before, on an earlier connection            allowed      twice
 * seen before, otherwise                           unexplained  twice
 * </pre>
 *
 * Thread-safe.
 */
final class Arrivals {
    private static final int FINDINGS_KEPT_MAX = 20;

    private final String subscriber;
    private final Stream stream;
    private final BitSet seen = new BitSet();
    private final BitSet seenOnThisConnection = new BitSet();
    private final List<String> findings = new ArrayList<>();
    private int count;
    private int highest;
    private int duplicates;
    private int wrong;

    Arrivals(String subscriber, Stream stream) {
        this.subscriber = subscriber;
        this.stream = stream;
    }

    synchronized void connectionBegins() {
        seenOnThisConnection.clear();
    }

    synchronized void arrived(int sequence, boolean markedDuplicate) {
        boolean before = seen.get(sequence);
        if (!before) {
            count++;
        }
        if (before) {
            duplicates++;
            boolean explained = markedDuplicate || stream.wasSentAgain(sequence) || !seenOnThisConnection.get(sequence);
            if (stream.qos == 2) {
                found("arrived twice: " + sequence);
            } else if (!explained) {
                found("arrived twice on one connection without DUP, and was published once: " + sequence);
            }
        } else if (sequence < highest) {
            found("out of order: " + sequence + " after " + highest);
        } else if (sequence > highest + 1) {
            found("gap: " + sequence + " follows " + highest);
        }
        seen.set(sequence);
        seenOnThisConnection.set(sequence);
        highest = Math.max(highest, sequence);
    }

    private void found(String what) {
        wrong++;
        if (findings.size() < FINDINGS_KEPT_MAX) {
            findings.add(subscriber + ", " + stream.topic() + ": " + what);
        }
    }

    /** How many different messages arrived. */
    synchronized int count() {
        return count;
    }

    /** How many acknowledged messages the subscriber is behind. */
    int lag() {
        return stream.acknowledged() - count();
    }

    synchronized int duplicates() {
        return duplicates;
    }

    /** Acknowledged messages that have not arrived. */
    synchronized int missing() {
        int missing = 0;
        for (int sequence = 1; sequence <= stream.sent(); sequence++) {
            if (stream.isAcknowledged(sequence) && !seen.get(sequence)) {
                missing++;
            }
        }
        return missing;
    }

    /** Number of arrivals that should not have been so. */
    synchronized int wrong() {
        return wrong;
    }

    /** What was wrong, and at the end of a run what was lost: the first twenty of each. */
    synchronized List<String> findings() {
        List<String> all = new ArrayList<>(findings);
        int missing = missing();
        if (missing > 0) {
            int first = seen.nextClearBit(1);
            all.add(subscriber + ", " + stream.topic() + ": " + missing
                    + " acknowledged messages never came, the first is " + first);
        }
        return all;
    }
}
