package io.signalbox.cli.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What MQTT 5 says about a message beside its payload (MQTT 5, 3.3.2.3).
 *
 * @param expirySeconds negative: none
 * @param utf8 the payload format indicator: true text, false bytes, null not said
 */
public record PublishProperties(
        long expirySeconds,
        @Nullable Boolean utf8,
        @Nullable String contentType,
        @Nullable String responseTopic,
        byte @Nullable [] correlation,
        List<UserProperty> user) {
    public static final PublishProperties NONE = new PublishProperties(-1, null, null, null, null, List.of());

    public boolean isEmpty() {
        return expirySeconds < 0
                && utf8 == null
                && contentType == null
                && responseTopic == null
                && correlation == null
                && user.isEmpty();
    }
}
