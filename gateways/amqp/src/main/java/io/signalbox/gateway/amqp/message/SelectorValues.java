package io.signalbox.gateway.amqp.message;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.selector.filter.Filterable;
import org.jspecify.annotations.Nullable;

/** A message as a selector sees it: its application properties, and the header fields that Jakarta Messaging names. */
final class SelectorValues implements Filterable {
    /** Patterns are tried on no longer texts. */
    private static final int CHARS_MAX = 512;

    private final Message message;
    private final Map<String, Character> types;
    private @Nullable Map<String, Scalar> properties;

    SelectorValues(Message message) {
        this.message = message;
        this.types = ValueTypes.parse(message.properties().headers().get(ValueTypes.HEADER));
    }

    @Override
    public @Nullable Object getProperty(SimpleString name) {
        String id = name.toString();
        return switch (id) {
            case "JMSPriority" -> message.priority();
            case "JMSTimestamp" -> message.timestampMillis();
            case "JMSMessageID" -> bounded(message.properties().id());
            case "JMSCorrelationID" -> correlation();
            case "JMSType" -> bounded(message.properties().headers().get(WireNames.SUBJECT));
            case "JMSDeliveryMode" -> message.guarantee() == Guarantee.AT_MOST_ONCE ? "NON_PERSISTENT" : "PERSISTENT";
            case "JMSXGroupID" -> bounded(message.properties().orderingKey());
            default -> value(id);
        };
    }

    private @Nullable Object correlation() {
        byte[] bytes = message.properties().correlation();
        return bytes == null ? null : bounded(new String(bytes, StandardCharsets.UTF_8));
    }

    private @Nullable Object value(String name) {
        if (properties == null) {
            properties = OutgoingFields.of(message, types).properties();
        }
        Scalar scalar = properties.get(name);
        return scalar == null ? null : bounded(scalar.value());
    }

    private static @Nullable Object bounded(@Nullable Object value) {
        return value instanceof String text && text.length() > CHARS_MAX ? null : value;
    }

    /** Selectors look at properties alone. */
    @Override
    public <T> @Nullable T getBodyAs(Class<T> type) {
        return null;
    }

    @Override
    public @Nullable Object getLocalConnectionId() {
        return null;
    }
}
