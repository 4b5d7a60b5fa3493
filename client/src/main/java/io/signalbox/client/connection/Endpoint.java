package io.signalbox.client.connection;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is.
 *
 * @param path of the WebSocket, without the slash at its beginning; null: plain MQTT
 */
public record Endpoint(
        String host, int port, boolean tls, @Nullable String path) {
    private static final int MQTT_PORT = 1883;
    private static final int MQTTS_PORT = 8883;
    private static final String WEB_SOCKET_PATH = "mqtt";

    /**
     * @param url {@code mqtt://host:1883}, {@code mqtts://host:8883}, {@code ws://host:80/mqtt} or {@code
     *     wss://host:443/mqtt}; ports and path may be left out
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static Endpoint of(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (url.getHost() == null) {
            throw new IllegalArgumentException(
                    "'" + url.toString().replaceFirst("//.*@", "//...@") + "' names no host; write mqtt://host:1883");
        }
        if (url.getUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the server's URL has a user, a query or a fragment; the user is an option of its own, login");
        }
        return switch (scheme) {
            case "mqtt", "tcp" -> plain(url, MQTT_PORT, false);
            case "mqtts", "ssl" -> plain(url, MQTTS_PORT, true);
            case "ws" -> webSocket(url, 80, false);
            case "wss" -> webSocket(url, 443, true);
            default ->
                throw new IllegalArgumentException(
                        "'" + url + "' begins with '" + scheme + "'; known are mqtt, mqtts, ws and wss");
        };
    }

    private static Endpoint plain(URI url, int usualPort, boolean tls) {
        if (url.getPath() != null && url.getPath().length() > 1) {
            throw new IllegalArgumentException("'" + url + "' has a path; only ws:// and wss:// have one");
        }
        return new Endpoint(host(url), port(url, usualPort), tls, null);
    }

    private static Endpoint webSocket(URI url, int usualPort, boolean tls) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String own = path.startsWith("/") ? path.substring(1) : path;
        return new Endpoint(host(url), port(url, usualPort), tls, own.isEmpty() ? WEB_SOCKET_PATH : own);
    }

    private static int port(URI url, int usual) {
        return url.getPort() < 0 ? usual : url.getPort();
    }

    /** An IPv6 address without its brackets. */
    private static String host(URI url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The server's HTTP API, where it is at the same port; null: it is elsewhere, and has to be named. */
    public @Nullable URI api() {
        if (path == null) {
            return null;
        }
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return URI.create((tls ? "https://" : "http://") + name + ":" + port);
    }
}
