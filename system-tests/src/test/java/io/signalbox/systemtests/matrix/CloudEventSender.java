package io.signalbox.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JDK's client, which publishes CloudEvents.
 *
 * @param structured the attributes beside the data in one JSON document; otherwise as headers
 */
record CloudEventSender(boolean structured) implements Sender {
    private static final long SECOND_MILLIS = 1_000;

    /** Parts that are not texts under the name that the table has. */
    private static final Set<Part> OTHERS =
            EnumSet.of(Part.PAYLOAD, Part.CORRELATION, Part.TIMESTAMP, Part.LIFE_TIME, Part.HEADERS);

    @Override
    public Wire wire() {
        return Wire.CLOUD_EVENTS;
    }

    @Override
    public void publish(ServerProcess server, Letter letter) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + "/api/v1/events"));
        if (structured) {
            structured(request, letter);
        } else {
            binary(request, letter);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private void structured(HttpRequest.Builder request, Letter letter) {
        ObjectNode event = JsonMapper.shared().createObjectNode();
        attributes(letter).forEach(event::put);
        event.put("data_base64", Base64.getEncoder().encodeToString(letter.bytes(Part.PAYLOAD)));
        request.header("Content-Type", "application/cloudevents+json").POST(BodyPublishers.ofString(event.toString()));
    }

    private void binary(HttpRequest.Builder request, Letter letter) {
        attributes(letter).forEach((name, value) -> {
            if (name.equals(wire().name(Part.CONTENT_TYPE))) {
                request.header("Content-Type", value);
            } else {
                request.header("ce-" + name, percent(value));
            }
        });
        request.POST(BodyPublishers.ofByteArray(letter.bytes(Part.PAYLOAD)));
    }

    private Map<String, String> attributes(Letter letter) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        for (Part part : Part.values()) {
            if (letter.has(part) && !OTHERS.contains(part)) {
                attributes.put(wire().name(part), letter.text(part));
            }
        }
        byte[] correlation = letter.bytes(Part.CORRELATION);
        if (correlation[0] == 0) {
            attributes.put("sbcorrelation64", Base64.getEncoder().encodeToString(correlation));
        } else {
            attributes.put("correlationid", new String(correlation, StandardCharsets.UTF_8));
        }
        if (letter.has(Part.TIMESTAMP)) {
            attributes.put(
                    wire().name(Part.TIMESTAMP),
                    Instant.ofEpochMilli(Long.parseLong(letter.text(Part.TIMESTAMP)))
                            .toString());
        }
        if (letter.has(Part.LIFE_TIME)) {
            attributes.put(
                    wire().name(Part.LIFE_TIME),
                    Long.toString(Long.parseLong(letter.text(Part.LIFE_TIME)) * SECOND_MILLIS));
        }
        StringJoiner headers = new StringJoiner("&");
        for (String[] header : letter.headers()) {
            headers.add(percent(header[0]) + "=" + percent(header[1]));
        }
        attributes.put(wire().name(Part.HEADERS), headers.toString());
        return attributes;
    }

    private static String percent(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return structured ? "CloudEvents structured" : "CloudEvents binary";
    }
}
