package io.signalbox.systemtests.matrix;

/** What a message says, beginning with itself. */
enum Part {
    TOPIC("topic"),
    PAYLOAD("payload, every byte of it"),
    ID("id"),
    TYPE("type: the name of its schema"),
    SCHEMA_VERSION("version of the schema"),
    KIND("kind"),
    FROM("from"),
    TO("to"),
    REPLY_TO("reply topic"),
    CORRELATION("correlation"),
    CAUSATION("id of the cause"),
    TRACE("trace context"),
    TIMESTAMP("time of its making"),
    LIFE_TIME("life time"),
    PRIORITY("priority"),
    ORDERING_KEY("ordering key"),
    IDEMPOTENCY_KEY("idempotency key"),
    CONTENT_TYPE("content type"),
    CONTENT_ENCODING("content encoding"),
    HEADERS("headers, in their order, with names that repeat");

    private final String words;

    Part(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
