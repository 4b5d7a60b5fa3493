package io.signalbox.cli.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message says beside its payload, as MQTT 5 has it (3.3.2.3); other protocols have the same elsewhere.
 *
 * @param expirySeconds negative: none
 * @param user headers, and under their names of MQTT ({@code sb-...}, {@code traceparent}) the rest of the envelope
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

    public PublishProperties withResponseTopic(String topic) {
        return new PublishProperties(expirySeconds, utf8, contentType, topic, correlation, user);
    }

    PublishProperties withReply(String topic, byte[] correlationBytes) {
        return new PublishProperties(expirySeconds, utf8, contentType, topic, correlationBytes, user);
    }
}
