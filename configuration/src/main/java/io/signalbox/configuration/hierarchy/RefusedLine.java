package io.signalbox.configuration.hierarchy;

import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.transport.Refusal;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One refused message, one line, which reads as one of an archive's:
 *
 * <pre>{@code
 * {"time":"2026-01-01T00:00:00.123Z","topic":"orders/1","refused":"payload-too-large","why":"...","fields":{...},
 *  "payloadBase64":"..."}
 * }</pre>
 */
final class RefusedLine {
    private static final JsonFactory JSON = new JsonFactory();

    private RefusedLine() {}

    static byte[] encode(Message message, Refusal refusal, long timeMillis) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + message.payload().length * 3 / 2);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("time", Instant.ofEpochMilli(timeMillis).toString());
            json.writeStringProperty("topic", message.topic().text());
            json.writeStringProperty("refused", refusal.reason().code());
            json.writeStringProperty("why", refusal.detail());
            json.writeObjectPropertyStart("fields");
            MessageFields.map(message).forEach((name, value) -> {
                if (!name.equals(FieldNames.TOPIC)) {
                    json.writeStringProperty(name, value);
                }
            });
            json.writeEndObject();
            // Always so: these are the bytes as they came, whatever they are.
            json.writeStringProperty("payloadBase64", Base64.getEncoder().encodeToString(message.payload()));
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }
}
