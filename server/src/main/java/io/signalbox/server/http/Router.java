package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the route of a request. */
final class Router {
    private static final int PARAMETERS_MAX = 32;

    private final List<Route> routes;
    private final Set<String> monitoring;

    Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
        monitoring =
                routes.stream().filter(Route::monitoring).map(Route::template).collect(Collectors.toUnmodifiableSet());
    }

    record Found(Route route, Map<String, String> path, Map<String, String> query) {}

    List<Route> routes() {
        return routes;
    }

    /** Whether whoever watches the server asks so; a guess by the path, which may still be wrong or not be his. */
    boolean isMonitoring(String uri) {
        return monitoring.contains(uri.split("\\?", 2)[0]);
    }

    /** @throws HttpProblem 400, 404 or 405 */
    Found find(HttpMethod method, String uri) {
        QueryStringDecoder decoder = new QueryStringDecoder(uri, StandardCharsets.UTF_8, true, PARAMETERS_MAX + 1);
        String[] levels = levels(decoder.rawPath());
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> path = route.match(levels);
            if (path.isEmpty()) {
                continue;
            }
            if (route.method().equals(method)) {
                return new Found(route, path.get(), query(route, decoder));
            }
            allowed.add(route.method().name());
        }
        if (!allowed.isEmpty()) {
            throw new HttpProblem(
                    405,
                    "method-not-allowed",
                    method + " is not for this path; it takes " + String.join(", ", allowed),
                    Map.of("allow", String.join(", ", allowed)));
        }
        throw new HttpProblem(
                404, "path-not-found", "nothing is at this path; see /api/v1/openapi.json for all there is");
    }

    /** Split before decoding, so that an encoded slash stays inside its level. */
    private static String[] levels(String rawPath) {
        String[] levels = rawPath.split("/", -1);
        try {
            for (int i = 0; i < levels.length; i++) {
                levels[i] = URLDecoder.decode(levels[i].replace("+", "%2B"), StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(
                    400, "path-invalid", "the path has a '%' that is not followed by two hexadecimal digits");
        }
        return levels;
    }

    private static Map<String, String> query(Route route, QueryStringDecoder decoder) {
        Map<String, List<String>> parameters;
        try {
            parameters = decoder.parameters();
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badParameter("the query has a '%' that is not followed by two hexadecimal digits");
        }
        Map<String, String> query = new HashMap<>();
        parameters.forEach((name, values) -> {
            String shown = name.substring(0, Math.min(name.length(), 60));
            if (!route.knows(name)) {
                throw HttpProblem.badParameter("unknown parameter '" + shown + "'; known are "
                        + route.parameters().stream()
                                .filter(Route.Parameter::inQuery)
                                .map(Route.Parameter::name)
                                .toList());
            }
            if (values.size() > 1) {
                throw HttpProblem.badParameter(
                        "the parameter '" + shown + "' is given " + values.size() + " times; once is enough");
            }
            query.put(name, values.getFirst());
        });
        return query;
    }
}
