package io.signalbox.condition;

import dev.cel.runtime.CelVariableResolver;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A message as the variables of an expression, each computed when it is first asked for, and paid for whenever it is.
 * Not thread safe.
 */
final class Variables implements CelVariableResolver {
    private final Message message;
    private final Supplier<@Nullable Object> payload;
    private final Values values = new Values(new Budget());
    private final Map<String, Object> found = new HashMap<>();

    Variables(Message message, Supplier<@Nullable Object> payload) {
        this.message = message;
        this.payload = payload;
    }

    @Override
    public Optional<Object> find(String name) {
        Object known = found.get(name);
        if (known == null) {
            known = compute(name);
            if (known == null) {
                return Optional.empty();
            }
            found.put(name, known);
        }
        return Optional.of(values.paid(known));
    }

    /** Null if there is none of that name. */
    private @Nullable Object compute(String name) {
        MessageProperties properties = message.properties();
        return switch (name) {
            case "topic" -> message.topic().text();
            case "id" -> text(properties.id());
            case "kind" -> properties.kind().name().toLowerCase(Locale.ROOT);
            case "from" -> text(properties.from());
            case "to" -> text(properties.to());
            case "replyTo" -> text(properties.replyTo());
            case "key" -> text(properties.orderingKey());
            case "type" -> text(properties.schemaName());
            case "version" -> text(properties.schemaVersion());
            case "contentType" -> text(properties.contentType());
            case "priority" -> (long) message.priority();
            case "timestamp" -> message.timestampMillis();
            case "ttl" -> message.ttlMillis();
            case "headers" -> values.of(headers(properties.headers()));
            case "payload" -> values.of(payload.get());
            default -> null;
        };
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }

    /** Of several of one name the first. */
    private static Map<String, String> headers(Headers headers) {
        Map<String, String> all = new LinkedHashMap<>();
        headers.forEach(all::putIfAbsent);
        return all;
    }
}
