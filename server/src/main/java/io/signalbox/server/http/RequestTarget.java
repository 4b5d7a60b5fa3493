package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/** The two forms in which a request may say what it is about. */
final class RequestTarget {
    private RequestTarget() {}

    /**
     * Path and query of a target; the host of one that has it, as for a proxy, is the one that counts (RFC 9112, 3.2.2)
     * and becomes the Host header.
     *
     * @throws HttpProblem 400
     */
    static String originForm(HttpRequest head) {
        String uri = head.uri();
        int host =
                uri.regionMatches(true, 0, "http://", 0, 7) ? 7 : uri.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
        if (host == 0) {
            return uri;
        }
        int end = host;
        while (end < uri.length() && "/?".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        try {
            head.headers().set(HttpHeaderNames.HOST, uri.substring(host, end));
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, "request-malformed", "the host of the request's target is none");
        }
        return uri.startsWith("/", end) ? uri.substring(end) : "/" + uri.substring(end);
    }
}
