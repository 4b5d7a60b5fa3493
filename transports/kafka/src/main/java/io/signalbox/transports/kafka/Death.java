package io.signalbox.transports.kafka;

import io.signalbox.transports.delivery.DeadReason;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a message is a dead letter, and whose.
 *
 * @param session or share group
 * @param attempts failed deliveries
 * @param at where it was; Kafka has it there until its retention ends
 */
record Death(DeadReason reason, String detail, String session, int attempts, Place at) {
    /** Beginning of the names that a dead letter has beside its own. */
    static final String HEADER = "sb-dead-";

    private static final int DETAIL_LENGTH_MAX = 2_000;

    void tell(RecordHeaders headers) {
        add(headers, "reason", reason.text());
        add(headers, "detail", detail.substring(0, Math.min(detail.length(), DETAIL_LENGTH_MAX)));
        add(headers, "session", session);
        add(headers, "attempts", Integer.toString(attempts));
        add(headers, "at", at.partition().topic() + "/" + at.partition().partition() + "/" + at.offset());
    }

    static void add(RecordHeaders headers, String name, String value) {
        headers.add(HEADER + name, RecordMapping.bytes(value));
    }
}
