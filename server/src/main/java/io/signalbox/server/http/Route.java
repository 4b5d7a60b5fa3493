package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that can be asked, and all that its documentation says.
 *
 * @param template path whose levels in braces are values
 * @param parameters of the query; others are refused
 * @param body schema of the JSON body; empty: none is taken
 * @param answer schema, or media type, of the answer
 */
record Route(
        HttpMethod method,
        String template,
        Access access,
        String summary,
        List<Parameter> parameters,
        String body,
        String answer,
        Endpoint endpoint) {

    enum Access {
        /** Everybody, without a word of who they are. */
        PUBLIC,
        /** Who has come in; the endpoint asks what they may do. */
        USER,
        ADMIN
    }

    record Parameter(String name, String type, boolean required, String meaning) {
        static Parameter of(String name, String meaning) {
            return new Parameter(name, "string", false, meaning);
        }

        static Parameter number(String name, String meaning) {
            return new Parameter(name, "integer", false, meaning);
        }

        static Parameter flag(String name, String meaning) {
            return new Parameter(name, "boolean", false, meaning);
        }

        Parameter needed() {
            return new Parameter(name, type, true, meaning);
        }
    }

    interface Endpoint {
        Response answer(Request request) throws Exception;
    }

    /** Answered also when everything else is busy, or an overloaded server would be blind, or restarted. */
    boolean monitoring() {
        return access == Access.PUBLIC || template.equals("/metrics");
    }

    /** The values in the path, if it is this route's. */
    Optional<Map<String, String>> match(String[] levels) {
        String[] own = template.split("/", -1);
        if (own.length != levels.length) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < own.length; i++) {
            if (own[i].startsWith("{")) {
                if (levels[i].isEmpty()) {
                    return Optional.empty();
                }
                values.put(own[i].substring(1, own[i].length() - 1), levels[i]);
            } else if (!own[i].equals(levels[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    List<String> pathNames() {
        return Arrays.stream(template.split("/", -1))
                .filter(level -> level.startsWith("{"))
                .map(level -> level.substring(1, level.length() - 1))
                .toList();
    }

    boolean knows(String parameter) {
        return parameters.stream().anyMatch(p -> p.name().equals(parameter));
    }
}
