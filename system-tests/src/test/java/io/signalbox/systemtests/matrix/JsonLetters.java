package io.signalbox.systemtests.matrix;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Messages in the JSON of the HTTP API. */
final class JsonLetters {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Parts that are not texts under the name that the table has. */
    private static final Set<Part> OTHERS =
            EnumSet.of(Part.PAYLOAD, Part.CORRELATION, Part.TIMESTAMP, Part.LIFE_TIME, Part.PRIORITY, Part.HEADERS);

    private static final Set<Part> NUMBERS = EnumSet.of(Part.TIMESTAMP, Part.LIFE_TIME, Part.PRIORITY);

    private JsonLetters() {}

    static String write(Letter letter) {
        ObjectNode json = MAPPER.createObjectNode();
        byte[] payload = letter.bytes(Part.PAYLOAD);
        if (isText(payload)) {
            json.put("payload", new String(payload, StandardCharsets.UTF_8));
        } else {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
        json.put(Wire.HTTP.name(Part.CORRELATION), Base64.getEncoder().encodeToString(letter.bytes(Part.CORRELATION)));
        for (Part part : Part.values()) {
            String value = letter.get(part);
            if (value != null && NUMBERS.contains(part)) {
                json.put(Wire.HTTP.name(part), Long.parseLong(value));
            } else if (value != null && !OTHERS.contains(part)) {
                json.put(Wire.HTTP.name(part), value);
            }
        }
        var headers = json.putArray("headers");
        for (String[] header : letter.headers()) {
            headers.addObject().put("name", header[0]).put("value", header[1]);
        }
        return MAPPER.writeValueAsString(json);
    }

    static Letter read(JsonNode json) {
        Letter letter = new Letter()
                .with(
                        Part.PAYLOAD,
                        json.has("payload")
                                ? json.get("payload").asString().getBytes(StandardCharsets.UTF_8)
                                : Base64.getDecoder()
                                        .decode(json.get("payloadBase64").asString()));
        JsonNode correlation = json.get(Wire.HTTP.name(Part.CORRELATION));
        if (correlation != null) {
            letter.with(Part.CORRELATION, Base64.getDecoder().decode(correlation.asString()));
        }
        for (Part part : Part.values()) {
            JsonNode value = json.get(Wire.HTTP.name(part));
            if (value != null && NUMBERS.contains(part)) {
                letter.with(part, Long.toString(value.asLong()));
            } else if (value != null && !OTHERS.contains(part)) {
                letter.with(part, value.asString());
            }
        }
        StringJoiner headers = new StringJoiner("&");
        for (JsonNode header : json.path("headers")) {
            headers.add(
                    header.get("name").asString() + "=" + header.get("value").asString());
        }
        return letter.with(Part.HEADERS, headers.toString());
    }

    private static boolean isText(byte[] payload) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
