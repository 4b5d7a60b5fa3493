package io.signalbox.bus.filter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;

/** The schema version of a message: what its header says, else what its class is annotated with, else 1. */
final class SchemaVersions {
    private SchemaVersions() {}

    static String of(Envelope<?> envelope) {
        String named = envelope.header(Filter.SCHEMA_VERSION_HEADER);
        return named != null
                ? named
                : MessageType.of(envelope.message().getClass()).version();
    }
}
