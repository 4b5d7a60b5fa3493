package io.signalbox.codecs.schema;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts schema and version into the header of what is written, and reads what a class's {@link SchemaRule} lets in; what
 * has no rule passes. Every reading is counted; {@link #report()} tells who sends which version.
 */
public final class SchemaCodec implements MessageCodec {
    private final MessageCodec codec;
    private final Map<Type, SchemaRule> rules = new HashMap<>();
    private final SchemaTraffic traffic = new SchemaTraffic();

    /** @throws IllegalArgumentException if two rules are for one class */
    public SchemaCodec(MessageCodec codec, SchemaRule... rules) {
        this.codec = codec;
        for (SchemaRule rule : rules) {
            if (this.rules.put(rule.type(), rule) != null) {
                throw new IllegalArgumentException(
                        "two rules for " + rule.type().getName());
            }
        }
    }

    @Override
    public Message encode(Message head, @Nullable Object value) {
        SchemaRule rule = value == null ? null : rules.get(value.getClass());
        if (rule == null) {
            return codec.encode(head, value);
        }
        MessageProperties named = head.properties().toBuilder()
                .schema(rule.name(), rule.version())
                .build();
        Message encoded = codec.encode(head.toBuilder().properties(named).build(), value);
        check(rule, encoded);
        return encoded;
    }

    /** @throws SchemaMismatchException if the rule does not let it in */
    @Override
    public @Nullable Object decode(Message message, Type type) {
        SchemaRule rule = rules.get(type);
        if (rule == null) {
            return codec.decode(message, type);
        }
        String version = message.properties().schemaVersion();
        try {
            List<Upcast> path = path(message, rule, version);
            Message current = path.isEmpty() ? message : upcast(message, rule, path);
            check(rule, current);
            Object value = codec.decode(current, type);
            traffic.count(
                    rule,
                    version,
                    path.isEmpty() ? CompatibilityReport.Outcome.READ : CompatibilityReport.Outcome.UPCAST);
            return value;
        } catch (SchemaMismatchException mismatch) {
            traffic.count(rule, version, CompatibilityReport.Outcome.MISMATCH);
            throw mismatch;
        } catch (CodecException unreadable) {
            traffic.count(rule, version, CompatibilityReport.Outcome.UNREADABLE);
            throw unreadable;
        }
    }

    @Override
    public Message seal(Message message) {
        return codec.seal(message);
    }

    @Override
    public Message open(Message message) {
        return codec.open(message);
    }

    /** What was read since the start, by schema and version. */
    public CompatibilityReport report() {
        return traffic.report(rules.values());
    }

    /** A message that names no version is taken at its word. */
    private static List<Upcast> path(Message message, SchemaRule rule, @Nullable String version) {
        String name = message.properties().schemaName();
        if (name != null && !name.equals(rule.name())) {
            throw new SchemaMismatchException(
                    name, version, "a message of schema '" + name + "' where '" + rule.name() + "' is read");
        }
        if (version == null) {
            return List.of();
        }
        List<Upcast> path = rule.path(version);
        if (path == null) {
            throw new SchemaMismatchException(
                    rule.name(),
                    version,
                    "version " + version + " of '" + rule.name() + "'; this receiver reads " + rule.acceptsText());
        }
        return path;
    }

    private Message upcast(Message message, SchemaRule rule, List<Upcast> path) {
        if (!(codec.decode(message, Map.class) instanceof Map<?, ?> read)) {
            throw new SchemaMismatchException(
                    rule.name(), path.getFirst().from(), "a message that is no object cannot be upcast");
        }
        Map<String, @Nullable Object> properties = new HashMap<>();
        read.forEach((name, value) -> properties.put(String.valueOf(name), value));
        Map<String, @Nullable Object> current = properties;
        for (Upcast upcast : path) {
            current = stepped(rule, upcast, current);
        }
        MessageProperties reached = message.properties().toBuilder()
                .schema(rule.name(), path.getLast().to())
                .build();
        return codec.encode(message.toBuilder().properties(reached).build(), current);
    }

    private static Map<String, @Nullable Object> stepped(
            SchemaRule rule, Upcast upcast, Map<String, @Nullable Object> properties) {
        try {
            return upcast.step().apply(properties);
        } catch (RuntimeException e) {
            throw new SchemaMismatchException(
                    rule.name(),
                    upcast.from(),
                    "the upcast of '" + rule.name() + "' from " + upcast.from() + " to " + upcast.to() + " failed: "
                            + e,
                    e);
        }
    }

    private static void check(SchemaRule rule, Message message) {
        if (rule.check() != null) {
            rule.check().check(message);
        }
    }
}
