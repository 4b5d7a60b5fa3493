package io.signalbox.systemtests.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What one subscriber, or one share group, got of one stream, and the judge of it.
 *
 * <pre>
 * arrival                                          QoS 0        QoS 1        QoS 2        group
 * the next number                                  right        right        right        right
 * a number beyond the next                         right        gap          gap          right
 * a number below, not seen before                  disorder     disorder     disorder     right
 * seen before, marked DUP                          twice        allowed      twice        as its QoS
 * seen before, the publisher had sent it again     twice        allowed      twice        as its QoS
 * seen before, on an earlier connection            twice        allowed      twice        as its QoS
 * seen before, otherwise                           twice        unexplained  twice        QoS 1: allowed
 * </pre>
 *
 * A gap is a loss when the number never comes, and a disorder when it does. The members of a group
 * share the stream, each on a connection of its own, so that no order is promised between them, and a
 * message that one of them did not acknowledge may come to another. Thread-safe.
 */
final class Arrivals {
    private static final int FINDINGS_KEPT_MAX = 20;

    private final String subscriber;
    private final Stream stream;
    private final boolean group;
    private final BitSet seen = new BitSet();
    private final BitSet seenOnThisConnection = new BitSet();
    private final List<String> findings = new ArrayList<>();
    private int count;
    private int highest;
    private int duplicates;
    private int wrong;

    Arrivals(String subscriber, Stream stream, boolean group) {
        this.subscriber = subscriber;
        this.stream = stream;
        this.group = group;
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
            boolean explained =
                    group || markedDuplicate || stream.wasSentAgain(sequence) || !seenOnThisConnection.get(sequence);
            if (stream.qos != 1) {
                found("arrived twice: " + sequence);
            } else if (!explained) {
                found("arrived twice on one connection without DUP, and was published once: " + sequence);
            }
        } else if (!group && sequence < highest) {
            found("out of order: " + sequence + " after " + highest);
        } else if (!group && stream.qos > 0 && sequence > highest + 1) {
            found("gap: " + sequence + " follows " + highest);
        }
        seen.set(sequence);
        seenOnThisConnection.set(sequence);
        highest = Math.max(highest, sequence);
    }

    private void found(String what) {
        wrong++;
        if (findings.size() < FINDINGS_KEPT_MAX) {
            findings.add(subscriber + ", " + stream.key() + ": " + what);
        }
    }

    /** How many different messages arrived. */
    synchronized int count() {
        return count;
    }

    /** How many acknowledged messages the subscriber is behind, and must still get. */
    int lag() {
        return stream.qos == 0 ? 0 : stream.acknowledged() - count();
    }

    String behind() {
        return subscriber + " is " + lag() + " behind in " + stream.key();
    }

    synchronized int duplicates() {
        return duplicates;
    }

    /** Acknowledged messages that have not arrived; none are promised with QoS 0. */
    synchronized int missing() {
        int missing = 0;
        for (int sequence = 1; stream.qos > 0 && sequence <= stream.sent(); sequence++) {
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
            all.add(subscriber + ", " + stream.key() + ": " + missing
                    + " acknowledged messages never came, the first is " + first);
        }
        return all;
    }
}
