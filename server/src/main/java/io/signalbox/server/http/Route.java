package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that can be asked, and all that its documentation says.
 *
 * @param template path whose levels in braces are values
 * @param parameters of the query, others of which are refused, and headers
 * @param body schema of the JSON body, or the media types that are taken; empty: none is taken
 * @param answer schema, or media type, of the answer
 * @param waits it may last until something happens, and takes a place of those that wait
 */
record Route(
        HttpMethod method,
        String template,
        Access access,
        String summary,
        List<Parameter> parameters,
        String body,
        String answer,
        Endpoint endpoint,
        boolean waits) {

    Route(
            HttpMethod method,
            String template,
            Access access,
            String summary,
            List<Parameter> parameters,
            String body,
            String answer,
            Endpoint endpoint) {
        this(method, template, access, summary, parameters, body, answer, endpoint, false);
    }

    Route waiting() {
        return new Route(method, template, access, summary, parameters, body, answer, endpoint, true);
    }

    enum Access {
        /** Everybody, without a word of who they are. */
        PUBLIC,
        /** Who has come in; the endpoint asks what they may do. */
        USER,
        ADMIN
    }

    /** @param place where it stands: query, or header */
    record Parameter(String name, String place, String type, boolean required, String meaning) {
        static Parameter of(String name, String meaning) {
            return new Parameter(name, "query", "string", false, meaning);
        }

        static Parameter number(String name, String meaning) {
            return new Parameter(name, "query", "integer", false, meaning);
        }

        static Parameter flag(String name, String meaning) {
            return new Parameter(name, "query", "boolean", false, meaning);
        }

        static Parameter header(String name, String meaning) {
            return new Parameter(name, "header", "string", false, meaning);
        }

        Parameter needed() {
            return new Parameter(name, place, type, true, meaning);
        }

        boolean inQuery() {
            return place.equals("query");
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

    /** Of a header, without its parameters. */
    static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** In lower case. */
    List<String> bodyTypes() {
        return body.isEmpty() ? List.of() : body.contains("/") ? List.of(body.split(", ")) : List.of(Response.JSON);
    }

    List<String> pathNames() {
        return Arrays.stream(template.split("/", -1))
                .filter(level -> level.startsWith("{"))
                .map(level -> level.substring(1, level.length() - 1))
                .toList();
    }

    boolean knows(String parameter) {
        return parameters.stream().anyMatch(p -> p.inQuery() && p.name().equals(parameter));
    }
}
