package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a PUBACK says of a publish that was taken, such as {@code synced 17 duplicate}. */
final class Receipts {
    private static final Pattern NOTE = Pattern.compile("([a-z]+) (\\d{1,18})( duplicate)?");

    private Receipts() {}

    /** The least for an answer without a note. */
    static Receipt read(int code, MqttProperties properties) {
        String note = Properties.user(properties, TransportNames.RECEIPT);
        Matcher parts = NOTE.matcher(note == null ? "" : note);
        Receipt.Outcome outcome =
                code == Codes.NO_MATCHING_SUBSCRIBERS ? Receipt.Outcome.NO_SUBSCRIBERS : Receipt.Outcome.ROUTED;
        if (!parts.matches()) {
            return new Receipt(outcome, Durability.NONE, 0);
        }
        return new Receipt(
                parts.group(3) == null ? outcome : Receipt.Outcome.DUPLICATE,
                durability(parts.group(1)),
                Long.parseLong(parts.group(2)));
    }

    private static Durability durability(@Nullable String name) {
        for (Durability level : Durability.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(name)) {
                return level;
            }
        }
        return Durability.NONE;
    }
}
