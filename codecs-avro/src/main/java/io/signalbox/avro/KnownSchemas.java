package io.signalbox.avro;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/** Schemas that this process was given, or has as classes. Bytes add none. */
final class KnownSchemas {
    private static final ClassValue<Schema> OF_CLASS = new ClassValue<>() {
        @Override
        protected Schema computeValue(Class<?> type) {
            return SpecificData.getForClass(type).getSchema(type);
        }
    };

    private static final int REMEMBERED_MAX = 1_000;

    private final Map<Schema, Long> fingerprints = new ConcurrentHashMap<>();
    private final Map<Long, Schema> byFingerprint = new ConcurrentHashMap<>();
    private final Map<String, Schema> newest = new HashMap<>();

    KnownSchemas(List<Schema> known) {
        for (Schema schema : known) {
            byFingerprint.put(fingerprint(schema), schema);
            newest.put(schema.getFullName(), schema);
        }
    }

    /** CRC-64-AVRO of the parsing canonical form. */
    static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }

    /** The same, remembered for a bounded number of schemas: writers use few, and to make the form takes its time. */
    long remembered(Schema schema) {
        Long known = fingerprints.get(schema);
        if (known == null) {
            known = fingerprint(schema);
            if (fingerprints.size() < REMEMBERED_MAX) {
                fingerprints.put(schema, known);
            }
        }
        return known;
    }

    /** A class has one schema, so this grows with the classes of the process. */
    Schema ofClass(Class<?> type) {
        Schema schema = OF_CLASS.get(type);
        byFingerprint.putIfAbsent(fingerprint(schema), schema);
        return schema;
    }

    @Nullable
    Schema byFingerprint(long fingerprint) {
        return byFingerprint.get(fingerprint);
    }

    List<Schema> named(String fullName) {
        return byFingerprint.values().stream()
                .filter(schema -> schema.getFullName().equals(fullName))
                .toList();
    }

    Schema newest(Schema writer) {
        return newest.getOrDefault(writer.getFullName(), writer);
    }
}
