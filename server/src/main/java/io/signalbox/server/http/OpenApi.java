package io.signalbox.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Describes the routes in OpenAPI 3.1, from the routes themselves and the schemas of their bodies. */
final class OpenApi {
    private static final String SCHEMAS = "openapi-schemas.json";

    private OpenApi() {}

    static byte[] describe(List<Route> routes) {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            paths.computeIfAbsent(route.template(), t -> new LinkedHashMap<>())
                    .put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Signalbox", "version", "1"));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "schemas",
                        schemas(),
                        "securitySchemes",
                        Map.of("basic", Map.of("type", "http", "scheme", "basic"))));
        return Json.bytes(document);
    }

    static JsonNode schemas() {
        try (InputStream in = OpenApi.class.getResourceAsStream(SCHEMAS)) {
            if (in == null) {
                throw new IllegalStateException(SCHEMAS + " is missing from the jar");
            }
            return Json.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("summary", route.summary());
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (String name : route.pathNames()) {
            parameters.add(Map.of("name", name, "in", "path", "required", true, "schema", Map.of("type", "string")));
        }
        for (Route.Parameter p : route.parameters()) {
            parameters.add(Map.of(
                    "name", p.name(),
                    "in", p.place(),
                    "required", p.required(),
                    "description", p.meaning(),
                    "schema", Map.of("type", p.type())));
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        if (!route.body().isEmpty()) {
            operation.put("requestBody", Map.of("required", true, "content", body(route)));
        }
        operation.put(
                "responses",
                Map.of(
                        "200", Map.of("description", "Done", "content", answer(route.answer())),
                        "default",
                                Map.of(
                                        "description",
                                        "Refused, with the reason",
                                        "content",
                                        content("application/problem+json", "Problem"))));
        if (route.access() != Route.Access.PUBLIC) {
            operation.put("security", List.of(Map.of("basic", List.of())));
        }
        return operation;
    }

    private static Map<String, Object> body(Route route) {
        if (!route.body().contains("/")) {
            return content(Response.JSON, route.body());
        }
        Map<String, Object> types = new LinkedHashMap<>();
        route.bodyTypes().forEach(type -> types.put(type, Map.of()));
        return types;
    }

    private static Map<String, Object> answer(String answer) {
        return answer.contains("/") ? Map.of(answer, Map.of()) : content("application/json", answer);
    }

    private static Map<String, Object> content(String type, String schema) {
        return Map.of(type, Map.of("schema", Map.of("$ref", "#/components/schemas/" + schema)));
    }
}
