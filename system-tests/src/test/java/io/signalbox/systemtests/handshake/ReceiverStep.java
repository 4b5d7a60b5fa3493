package io.signalbox.systemtests.handshake;

/** How far a subscriber gets before its exchanges are broken off (MQTT 5, 4.3.3). */
enum ReceiverStep {
    PUBLISH_SEEN,
    PUBREC_SENT,
    /** The subscriber has forgotten the identifier: another PUBLISH would be another message. */
    PUBREL_SEEN,
    PUBCOMP_SENT;

    boolean hasReached(ReceiverStep other) {
        return compareTo(other) >= 0;
    }
}
