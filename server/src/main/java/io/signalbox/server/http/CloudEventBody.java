package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.signalbox.codecs.envelope.CloudEventJson;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.CloudEventBinding;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Messages of requests that carry CloudEvents (HTTP protocol binding 1.0, 3). */
final class CloudEventBody {
    static final String BATCH_MEDIA_TYPE = "application/cloudevents-batch+json";

    private CloudEventBody() {}

    static Message structured(byte[] event, @Nullable Topic topic) {
        return named(CloudEventJson.read(event, topic));
    }

    static Message binary(HttpHeaders headers, byte[] body, @Nullable Topic topic) {
        Map<String, String> each = new HashMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (each.put(name, header.getValue()) != null && name.startsWith("ce-")) {
                throw new HttpProblem(400, "malformed", "the header " + name + " comes twice");
            }
        }
        if (!CloudEventBinding.HTTP.isEvent(each)) {
            throw new HttpProblem(
                    415,
                    "content-type-unsupported",
                    "this is no CloudEvent: send application/cloudevents+json, application/cloudevents-batch+json, or any"
                            + " content with headers ce-specversion, ce-id, ce-source and ce-type");
        }
        return named(CloudEventBinding.HTTP.message(each, topic, body));
    }

    /** Each event keeps its bytes: data that is JSON comes out as it went in. */
    static List<Message> batch(byte[] body, int eventsMax, NdJson.Reader<Message> reader) {
        List<Message> messages = new ArrayList<>();
        try (JsonParser parser = Json.parser(body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new HttpProblem(400, "body-invalid", "a batch of CloudEvents is a JSON array of them");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (messages.size() == eventsMax) {
                    throw new HttpProblem(
                            413, "batch-too-large", "the batch has more than " + eventsMax + " events; send several");
                }
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int to = (int) parser.currentLocation().getByteOffset();
                messages.add(NdJson.read(Arrays.copyOfRange(body, from, to), "event " + (messages.size() + 1), reader));
            }
            if (parser.nextToken() != null) {
                throw new HttpProblem(400, "body-invalid", "something follows the batch");
            }
        } catch (JacksonException e) {
            throw Json.invalid(e);
        }
        return messages;
    }

    /**
     * An event is told apart by its source and id together (CloudEvents 1.0, 3.1.1), a message by its id alone unless it
     * says by what: two sources that count from 1 would be taken for one.
     */
    private static Message named(Message event) {
        MessageProperties properties = event.properties();
        var unused = MessageJson.unreserved(properties.headers());
        return properties.idempotencyKey() != null || properties.id() == null || properties.from() == null
                ? event
                : event.toBuilder()
                        .properties(properties.toBuilder()
                                .idempotencyKey(properties.from() + " " + properties.id())
                                .build())
                        .build();
    }
}
