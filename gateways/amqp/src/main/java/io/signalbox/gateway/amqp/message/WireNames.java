package io.signalbox.gateway.amqp.message;

/** Headers that stand for fields of AMQP which no other protocol has. Part of the wire contract. */
final class WireNames {
    /** {@code properties.subject}; JMS's message type. */
    static final String SUBJECT = "sb-amqp-subject";

    /** {@code properties.user-id}, which was checked to be the sender's own name. */
    static final String USER_ID = "sb-amqp-user-id";

    static final String GROUP_SEQUENCE = "sb-amqp-group-sequence";
    static final String REPLY_TO_GROUP = "sb-amqp-reply-to-group-id";

    /** Message annotations begin so (3.2.10), and are kept as headers under their own names. */
    static final String ANNOTATION = "x-opt-";

    private WireNames() {}
}
