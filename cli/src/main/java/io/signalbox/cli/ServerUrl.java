package io.signalbox.cli;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, in one text: {@code SCHEME://[NAME[:PASSWORD]@]HOST[:PORT][/TOPIC or PATH]}.
 *
 * @param host without brackets
 * @param port 0: the scheme's
 * @param path as it stands in the URL, empty or from its slash on
 */
record ServerUrl(
        Scheme scheme,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        String path) {

    /** @throws IllegalArgumentException saying what it must be, without the password */
    static ServerUrl of(URI url) {
        Scheme scheme = Scheme.of(url.getScheme());
        String host = url.getHost();
        if (scheme == null || host == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL is '" + withoutPassword(url) + "'; it must begin with one of "
                    + Scheme.all() + " and name a host, with or without :PORT");
        }
        String[] user = url.getRawUserInfo() == null
                ? new String[0]
                : url.getRawUserInfo().split(":", 2);
        return new ServerUrl(
                scheme,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Math.max(0, url.getPort()),
                user.length > 0 ? decoded(user[0]) : null,
                user.length > 1 ? decoded(user[1]) : null,
                url.getRawPath() == null ? "" : url.getRawPath());
    }

    /** Null: there is none, or what follows the host is no topic. */
    @Nullable
    String topic() {
        boolean isTopic = !scheme.webSocket() && scheme.protocol() != Protocol.HTTP;
        return isTopic && path.length() > 1 ? decoded(path.substring(1)) : null;
    }

    /** Null: not over WebSocket. */
    @Nullable
    String webSocketPath() {
        return !scheme.webSocket() ? null : path.length() > 1 ? path.substring(1) : "mqtt";
    }

    /** In front of the API's own, without a slash at its end. */
    String apiPath() {
        return path.replaceAll("/+$", "");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String withoutPassword(URI url) {
        return url.toString().replaceFirst("//([^/@:]*)(:[^/@]*)?@", "//$1@");
    }
}
