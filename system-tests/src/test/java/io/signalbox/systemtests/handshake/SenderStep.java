package io.signalbox.systemtests.handshake;

/**
 * How far a publisher gets before its exchanges are broken off (MQTT 5, 4.3.3). "Unseen" is an answer
 * that the broker gave and the network lost: the publisher goes on as if it had never come.
 */
enum SenderStep {
    PUBLISH_SENT,
    PUBREC_UNSEEN,
    PUBREC_SEEN,
    PUBREL_SENT,
    PUBCOMP_UNSEEN,
    /** All is done; the same packet identifiers then stand for new messages. */
    PUBCOMP_SEEN;

    boolean hasReached(SenderStep other) {
        return compareTo(other) >= 0;
    }
}
