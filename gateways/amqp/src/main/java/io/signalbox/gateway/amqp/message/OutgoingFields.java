package io.signalbox.gateway.amqp.message;

import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.MessageFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What of a message has no field of AMQP: headers, and the rest of the envelope under the names that it has in every
 * engine ({@link FieldNames}).
 *
 * @param annotations headers whose names begin with {@code x-opt-}, and can be symbols
 * @param properties all others
 */
record OutgoingFields(Map<String, Scalar> annotations, Map<String, Scalar> properties) {
    private static final int MAP = 0xD1;

    /** Fields that sections of AMQP say themselves. */
    private static final Set<String> ELSEWHERE = Set.of(
            FieldNames.TOPIC,
            FieldNames.QOS,
            FieldNames.PRIORITY,
            FieldNames.TIMESTAMP,
            FieldNames.TTL,
            FieldNames.ID,
            FieldNames.REPLY_TO,
            FieldNames.CORRELATION,
            FieldNames.CORRELATION_BASE64,
            FieldNames.ORDERING_KEY,
            wire(ValueTypes.HEADER),
            wire(WireNames.SUBJECT),
            wire(WireNames.USER_ID),
            wire(WireNames.GROUP_SEQUENCE),
            wire(WireNames.REPLY_TO_GROUP));

    /** Headers with reserved names are marked as the publisher's own among the fields. */
    private static String wire(String headerName) {
        return FieldNames.OWN + headerName;
    }

    static OutgoingFields of(Message message, Map<String, Character> types) {
        Map<String, Scalar> annotations = new LinkedHashMap<>();
        Map<String, Scalar> properties = new LinkedHashMap<>();
        Map<String, String> fields = MessageFields.map(message);
        // A map keeps an order on the way; it cannot keep two of one name.
        boolean repeats = fields.keySet().stream().anyMatch(name -> name.startsWith(FieldNames.AT));
        fields.forEach((name, value) -> {
            if (isElsewhere(name, value, message, types) || name.equals(FieldNames.ORDER) && !repeats) {
                return;
            }
            char type = types.getOrDefault(name, Scalar.STRING);
            Scalar scalar = new Scalar(Scalar.isType(type) ? type : Scalar.STRING, value);
            boolean annotation = name.startsWith(WireNames.ANNOTATION) && ValueWriter.isSymbol(name);
            (annotation ? annotations : properties).put(name, scalar);
        });
        return new OutgoingFields(annotations, properties);
    }

    private static boolean isElsewhere(String name, String value, Message message, Map<String, Character> types) {
        return switch (name) {
            case FieldNames.CONTENT_TYPE, FieldNames.CONTENT_ENCODING -> ValueWriter.isSymbol(value);
            case FieldNames.UTF8 -> OutgoingBody.isString(message, types);
            default -> ELSEWHERE.contains(name);
        };
    }

    void writeAnnotations(ValueWriter out) {
        if (!annotations.isEmpty()) {
            out.section(Section.MESSAGE_ANNOTATIONS);
            int begin = out.beginCompound(MAP);
            annotations.forEach((name, value) -> {
                new Scalar(Scalar.SYMBOL, name).write(out);
                value.write(out);
            });
            out.endCompound(begin, 2 * annotations.size());
        }
    }

    void writeApplicationProperties(ValueWriter out) {
        if (!properties.isEmpty()) {
            out.section(Section.APPLICATION_PROPERTIES);
            int begin = out.beginCompound(MAP);
            properties.forEach((name, value) -> {
                out.string(name);
                value.write(out);
            });
            out.endCompound(begin, 2 * properties.size());
        }
    }
}
