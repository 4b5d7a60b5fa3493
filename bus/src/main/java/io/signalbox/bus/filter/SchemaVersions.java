package io.signalbox.bus.filter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Message;

/** The schema version of a message: what its header says, else what its class is annotated with, else 1. */
final class SchemaVersions {
    static final String HEADER = "schema-version";

    private static final ClassValue<String> OF_CLASS = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            Message annotation = type.getAnnotation(Message.class);
            return annotation == null ? "1" : annotation.version();
        }
    };

    private SchemaVersions() {}

    static String of(Envelope<?> envelope) {
        String named = envelope.header(HEADER);
        return named != null ? named : OF_CLASS.get(envelope.message().getClass());
    }
}
