package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps pages of other sites from using a visitor's browser against this server: by posting here (the Origin header
 * says whose page it is) or by a name of theirs that resolves to this machine (DNS rebinding; the Host header says it).
 */
final class Neighbours {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final boolean loopback;
    private final boolean tls;
    private final List<String> origins;
    private final List<String> hosts;

    Neighbours(boolean loopback, boolean tls, List<String> origins, List<String> hosts) {
        this.loopback = loopback;
        this.tls = tls;
        this.origins = origins;
        this.hosts = hosts.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * A page may open a WebSocket anywhere without asking; only the Origin tells. Whether it says http or https does not
     * matter: clients that are no browsers put either.
     *
     * @throws HttpProblem 400, 403 or 421
     */
    void checkWebSocket(HttpHeaders headers) {
        String host = checkHost(headers);
        for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
            if (!origin.equals("http://" + host) && !origin.equals("https://" + host) && !origins.contains(origin)) {
                throw new HttpProblem(
                        403,
                        "origin-foreign",
                        "a page of another site may not open a WebSocket here; add its origin to http.origins if it"
                                + " may");
            }
        }
    }

    /** @throws HttpProblem 400, 403 or 421 */
    void check(HttpMethod method, HttpHeaders headers) {
        String host = checkHost(headers);
        if (SAFE.contains(method)) {
            refuseEmbedding(headers);
            return;
        }
        for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
            if (!origin.equals((tls ? "https://" : "http://") + host) && !origins.contains(origin)) {
                throw new HttpProblem(
                        403,
                        "origin-foreign",
                        "a page of another site may not change things here; add its origin to http.origins if it may");
            }
        }
    }

    /** @return the Host header in lower case */
    private String checkHost(HttpHeaders headers) {
        List<String> given = headers.getAll(HttpHeaderNames.HOST);
        if (given.size() != 1 || given.getFirst().isBlank()) {
            throw new HttpProblem(
                    400, "host-invalid", "a request needs exactly one Host header; this has " + given.size());
        }
        String host = given.getFirst().toLowerCase(Locale.ROOT);
        if (loopback && !isOurs(name(host))) {
            throw new HttpProblem(
                    421,
                    "host-foreign",
                    "this server listens on loopback and is not known by the name in the Host header; use localhost, or"
                            + " add the name to http.hosts");
        }
        return host;
    }

    /** An image or a script of a foreign page costs as much as a request of a client; a link that is followed may. */
    private void refuseEmbedding(HttpHeaders headers) {
        boolean foreign = "cross-site".equals(headers.get("sec-fetch-site"));
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (foreign
                && !"navigate".equals(headers.get("sec-fetch-mode"))
                && (origin == null || !origins.contains(origin))) {
            throw new HttpProblem(
                    403,
                    "origin-foreign",
                    "a page of another site may not ask things here; add its origin to http.origins if it may");
        }
    }

    /** A browser asks before it sends for a page of another origin (the Fetch standard, CORS preflight). */
    Optional<Response.Whole> preflight(HttpMethod method, HttpHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        boolean asks = method.equals(HttpMethod.OPTIONS)
                && headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)
                && origin != null
                && origins.contains(origin);
        return asks
                ? Optional.of(new Response.Whole(
                        200,
                        "text/plain",
                        new byte[0],
                        Map.of(
                                "access-control-allow-methods", "GET, HEAD, POST, PUT, DELETE",
                                "access-control-allow-headers",
                                        "authorization, content-type, last-event-id, ce-specversion, ce-id, ce-source,"
                                                + " ce-type, ce-subject, ce-time",
                                "access-control-max-age", "600")))
                : Optional.empty();
    }

    /** Headers that let the page that asks read the answer, if its origin is one that may. */
    Map<String, String> shareWith(HttpHeaders headers) {
        if (origins.isEmpty()) {
            return Map.of();
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        return origin != null && origins.contains(origin)
                ? Map.of("vary", "origin", "access-control-allow-origin", origin)
                : Map.of("vary", "origin");
    }

    private boolean isOurs(String name) {
        if (name.equals("localhost") || hosts.contains(name)) {
            return true;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
        return address != null;
    }

    /** Of a Host header: without its port, and without brackets. */
    static String name(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
