package io.signalbox.server.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Takes the fields of a JSON object one by one; what nobody took is an error, as is a wrong type. */
final class JsonFields {
    private final JsonNode object;
    private final Set<String> taken = new HashSet<>();

    JsonFields(JsonNode node, String what) {
        if (!node.isObject()) {
            throw bad(what + " must be a JSON object");
        }
        object = node;
    }

    /** Null if absent or null. */
    @Nullable
    JsonNode node(String name) {
        taken.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    @Nullable
    String text(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            throw bad("'" + name + "' must be a string");
        }
        return whole(name, node.asString());
    }

    /** Half of a surrogate pair has no UTF-8, and would silently become a question mark. */
    static String whole(String name, String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw bad("'" + name + "' has half of a surrogate pair, which is no character; send bytes as Base64");
        }
        return text;
    }

    String requiredText(String name) {
        String text = text(name);
        if (text == null) {
            throw bad("'" + name + "' is missing");
        }
        return text;
    }

    long number(String name, long fallback, long min, long max) {
        JsonNode node = node(name);
        if (node == null) {
            return fallback;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < min || node.asLong() > max) {
            throw bad("'" + name + "' must be a whole number from " + min + " to " + max);
        }
        return node.asLong();
    }

    boolean flag(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return false;
        }
        if (!node.isBoolean()) {
            throw bad("'" + name + "' must be true or false");
        }
        return node.asBoolean();
    }

    List<Long> numbers(String name, int countMax) {
        JsonNode node = node(name);
        List<Long> numbers = new ArrayList<>();
        if (node == null) {
            return numbers;
        }
        if (!node.isArray() || node.size() > countMax) {
            throw bad("'" + name + "' must be a list of at most " + countMax + " whole numbers");
        }
        for (JsonNode element : node) {
            if (!element.isIntegralNumber() || !element.canConvertToLong()) {
                throw bad("'" + name + "' must have whole numbers alone");
            }
            numbers.add(element.asLong());
        }
        return numbers;
    }

    /** @throws HttpProblem naming the fields that nobody asked for */
    void done(String known) {
        List<String> unknown = new ArrayList<>();
        object.propertyNames().forEach(name -> {
            if (!taken.contains(name) && unknown.size() < 10) {
                unknown.add(name.substring(0, Math.min(name.length(), 60)));
            }
        });
        if (!unknown.isEmpty()) {
            throw bad("unknown fields " + unknown + "; known are " + known);
        }
    }

    static HttpProblem bad(String detail) {
        return new HttpProblem(400, "body-invalid", detail);
    }
}
