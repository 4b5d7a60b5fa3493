package io.signalbox.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the HTTP API is, as people write it: {@code [http[s]://][NAME[:PASSWORD]@]HOST[:PORT][/PATH]}.
 *
 * @param base without user and without a slash at its end
 * @param user NAME or NAME:PASSWORD
 */
record ApiUrl(URI base, @Nullable String user) {

    /** @throws IllegalArgumentException saying what it must be */
    static ApiUrl parse(String text) {
        try {
            URI given = new URI(text.contains("://") ? text : "http://" + text);
            boolean known = "http".equalsIgnoreCase(given.getScheme()) || "https".equalsIgnoreCase(given.getScheme());
            if (!known || given.getHost() == null || given.getRawQuery() != null || given.getRawFragment() != null) {
                throw wrong(text);
            }
            String path = given.getRawPath() == null ? "" : given.getRawPath();
            String port = given.getPort() < 0 ? "" : ":" + given.getPort();
            URI base = new URI(given.getScheme() + "://" + given.getHost() + port + path.replaceAll("/+$", ""));
            String user = given.getRawUserInfo();
            return new ApiUrl(
                    base, user == null ? null : URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (URISyntaxException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "--http is '" + text + "'; it must be http://HOST:PORT or https://HOST:PORT, with or without a path");
    }

    /** @param pathAndQuery begins with a slash */
    URI resolve(String pathAndQuery) {
        return URI.create(base + pathAndQuery);
    }

    /** Never with a password. */
    @Override
    public String toString() {
        return base.toString();
    }
}
