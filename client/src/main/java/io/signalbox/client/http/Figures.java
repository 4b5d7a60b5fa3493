package io.signalbox.client.http;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A document of figures as a map. */
final class Figures {
    private Figures() {}

    static Map<String, Object> of(JsonNode json) {
        Map<String, Object> figures = new LinkedHashMap<>();
        json.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isNumber()) {
                figures.put(entry.getKey(), value.numberValue());
            } else if (value.isObject()) {
                figures.put(entry.getKey(), of(value));
            } else {
                figures.put(entry.getKey(), value.isString() ? value.asString() : value.toString());
            }
        });
        return figures;
    }
}
