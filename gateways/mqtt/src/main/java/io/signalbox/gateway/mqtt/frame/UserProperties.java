package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** User properties in the order they came: names at even, values at odd places. */
public final class UserProperties {
    /** A packet with more would be cheap to send and dear to keep. */
    public static final int PAIRS_MAX = 256;

    private final List<String> namesAndValues = new ArrayList<>();

    /**
     * Reads the pair that follows the identifier 0x26.
     *
     * @throws ProtocolException with reason Quota exceeded (MQTT 5, 4.13.2) if there are too many
     */
    public void read(ByteBuf in, int end) {
        if (size() == PAIRS_MAX) {
            throw new ProtocolException(
                    MqttReason.QUOTA_EXCEEDED, "a packet has more than " + PAIRS_MAX + " user properties, the limit");
        }
        namesAndValues.add(Fields.readText(in, end));
        namesAndValues.add(Fields.readText(in, end));
    }

    public int size() {
        return namesAndValues.size() / 2;
    }

    public String name(int index) {
        return namesAndValues.get(2 * index);
    }

    public String value(int index) {
        return namesAndValues.get(2 * index + 1);
    }

    /** The first value of that name. */
    public @Nullable String get(String name) {
        for (int i = 0; i < size(); i++) {
            if (name(i).equals(name)) {
                return value(i);
            }
        }
        return null;
    }
}
