package io.signalbox.gateway.mqtt.connect;

import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.TransportNames;
import io.signalbox.gateway.mqtt.frame.UserProperties;
import io.signalbox.transport.OverflowPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The client is another Signalbox, to which this server is a transport. It may bound its session's queue, within what the
 * server allows any client; what concerns others or the disk, refusing publishes or spilling, it may not choose.
 *
 * @param queueMessagesMax {@link Long#MAX_VALUE}: as the server has it
 * @param queueBytesMax likewise
 * @param overflow null: as the server has it
 */
public record TransportPeer(
        long queueMessagesMax, long queueBytesMax, @Nullable OverflowPolicy overflow) {

    private static final int DIGITS_MAX = 18;

    /** @return null: an ordinary client */
    static @Nullable TransportPeer read(UserProperties properties) {
        String version = properties.get(TransportNames.TRANSPORT);
        if (version == null) {
            return null;
        }
        if (!version.equals(TransportNames.VERSION)) {
            throw bad(TransportNames.TRANSPORT, version, TransportNames.VERSION);
        }
        return new TransportPeer(
                number(properties, TransportNames.QUEUE_MESSAGES_MAX),
                number(properties, TransportNames.QUEUE_BYTES_MAX),
                overflow(properties.get(TransportNames.OVERFLOW)));
    }

    private static long number(UserProperties properties, String name) {
        String value = properties.get(name);
        if (value == null) {
            return Long.MAX_VALUE;
        }
        if (value.isEmpty() || value.length() > DIGITS_MAX || value.chars().anyMatch(c -> c < '0' || c > '9')) {
            throw bad(name, value, "a whole number");
        }
        return Long.parseLong(value);
    }

    private static @Nullable OverflowPolicy overflow(@Nullable String value) {
        return switch (value) {
            case null -> null;
            case "drop-oldest" -> OverflowPolicy.DROP_OLDEST;
            case "dead-letter" -> OverflowPolicy.DEAD_LETTER;
            default -> throw bad(TransportNames.OVERFLOW, value, "drop-oldest or dead-letter");
        };
    }

    private static ProtocolException bad(String name, String value, String wanted) {
        String shortened = value.length() <= 40 ? value : value.substring(0, 37) + "...";
        return new ProtocolException(
                MqttReason.IMPLEMENTATION_SPECIFIC, name + " is '" + shortened + "'; it must be " + wanted);
    }

    public int queueMessagesMax(MqttConfig config) {
        return (int) Math.min(queueMessagesMax, config.queueMessagesMax());
    }

    public long queueBytesMax(MqttConfig config) {
        return Math.min(queueBytesMax, config.queueBytesMax());
    }

    public OverflowPolicy overflow(MqttConfig config) {
        return overflow == null ? config.overflow() : overflow;
    }
}
