package io.signalbox.condition;

import dev.cel.runtime.CelVariableResolver;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A message as the variables of an expression, each computed when it is asked for. */
record Variables(Message message, Supplier<@Nullable Object> payload) implements CelVariableResolver {
    @Override
    public Optional<Object> find(String name) {
        MessageProperties properties = message.properties();
        return Optional.ofNullable(
                switch (name) {
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
                    case "headers" -> headers(properties.headers());
                    case "payload" -> Values.of(payload.get());
                    default -> null;
                });
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
