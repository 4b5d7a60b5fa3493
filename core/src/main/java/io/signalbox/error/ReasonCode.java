package io.signalbox.error;

/**
 * Every reason that may cross a wire. The {@link #code()} is stable: gateways map it to MQTT reason codes, AMQP
 * conditions and HTTP problems, and the documentation's table is made from this catalogue.
 */
public enum ReasonCode {
    TOPIC_INVALID(
            "topic-invalid", "the topic is not a legal topic", "mend the topic; a publish topic has no wildcards"),
    FILTER_INVALID("filter-invalid", "the topic filter is not a legal filter", "mend the filter"),
    TOPIC_TOO_DEEP("topic-too-deep", "the topic has more levels than the limit", "use fewer levels; the limit is 128"),
    NOT_AUTHORIZED("not-authorized", "the client may not do this", "ask the operator for the permission"),
    BAD_CREDENTIALS("bad-credentials", "user name or password is wrong", "check the credentials"),
    PAYLOAD_TOO_LARGE(
            "payload-too-large", "the message is larger than the limit", "send less or raise mqtt.packet-bytes-max"),
    QUOTA_EXCEEDED(
            "quota-exceeded", "a limit of the receiver is reached", "slow down, or raise the limit named in the text"),
    QUEUE_FULL(
            "queue-full",
            "a subscriber's queue is full and its policy refuses more",
            "drain the queue or change its overflow policy"),
    STORAGE_FULL(
            "storage-full", "the disk has no room for a durable message", "free space; publishing resumes by itself"),
    STORAGE_FAILED(
            "storage-failed",
            "the disk refused to write or to flush",
            "see the server's log and health; then repair the disk"),
    SEQUENCE_CONFLICT("sequence-conflict", "the expected last sequence is not the last", "read again, then retry"),
    NOT_SUPPORTED("not-supported", "this transport cannot do what was asked", "see the transport's capabilities"),
    NO_RESPONDERS("no-responders", "nobody is subscribed to the request's topic", "start the responder, then retry"),
    SESSION_TAKEN_OVER(
            "session-taken-over", "another connection opened the same session", "use one connection per client id"),
    SESSION_NOT_FOUND("session-not-found", "no session has that name", "list the sessions for the right name"),
    SESSION_LIMIT(
            "session-limit",
            "the limit on sessions or subscriptions is reached",
            "remove unused ones or raise the limit"),
    DEAD_LETTER_NOT_FOUND(
            "dead-letter-not-found", "no dead letter has that id", "list the dead letters for the right id"),
    MALFORMED("malformed", "the bytes are not a message of this protocol", "mend the client"),
    PAYLOAD_UNREADABLE(
            "payload-unreadable",
            "the payload is not what its content type and content encoding say",
            "compare the sender's codec and layers with the receiver's"),
    SCHEMA_MISMATCH(
            "schema-mismatch",
            "the receiver does not read that schema or that version of it",
            "upgrade one side, or let the receiver accept a range or an upcaster"),
    DECRYPT_FAILED(
            "decrypt-failed",
            "the payload cannot be decrypted: wrong key, damaged, or its headers were changed",
            "give the receiver the key named in the text, or look for who changes the message"),
    AUTH_FAILED(
            "auth-failed",
            "the signature does not prove who sent the message",
            "check the sender's key, and the receiver's list of keys"),
    POLICY(
            "policy",
            "the receiver's policy asks for more than the message brings",
            "encrypt or sign it, as the text says"),
    PARTIAL(
            "partial",
            "some of several transports took the message and others did not",
            "the text names them; publish again with the same id, which those that have it recognise"),
    PLAN_UNMET(
            "plan-unmet",
            "the transport gives less than its messages were declared to need",
            "give its server what the text names; it is looked at again, without a restart"),
    BUSY("busy", "the server has more work than it may take", "retry after a pause"),
    SHUTTING_DOWN("shutting-down", "the server is shutting down", "reconnect in a moment"),
    CLOSED("closed", "this transport or session is closed", "open it again"),
    INTERNAL("internal", "a fault of the server itself", "report it with the server's log");

    private final String code;
    private final String cause;
    private final String remedy;

    ReasonCode(String code, String cause, String remedy) {
        this.code = code;
        this.cause = cause;
        this.remedy = remedy;
    }

    /** Stable identifier, lower case with hyphens. */
    public String code() {
        return code;
    }

    public String cause() {
        return cause;
    }

    /** What the reader can do about it. */
    public String remedy() {
        return remedy;
    }
}
