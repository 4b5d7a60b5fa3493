package io.signalbox.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;

/** The server's HTTP API, as options and calls of a command. */
final class Api {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    @Option(
            names = "--http",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where the server's HTTP API is (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private URI base;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME[:PASSWORD]",
            description = "Who asks; without a password it is taken from SIGNALBOX_PASSWORD.")
    private @Nullable String user;

    Map<String, @Nullable Object> get(String path, @Nullable String... query) throws IOException {
        return read("GET", path, null, query);
    }

    Map<String, @Nullable Object> post(String path, @Nullable Object body) throws IOException {
        return read("POST", path, body);
    }

    Map<String, @Nullable Object> delete(String path, @Nullable String... query) throws IOException {
        return read("DELETE", path, null, query);
    }

    String text(String path) throws IOException {
        try (InputStream in = send("GET", path, null)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Map<String, @Nullable Object> read(
            String method, String path, @Nullable Object body, @Nullable String... query) throws IOException {
        try (InputStream in = send(method, path, body, query)) {
            return object(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Map<String, @Nullable Object> object(String text) throws IOException {
        try {
            return Json.object(text);
        } catch (JacksonException e) {
            throw new IOException(
                    "what answers at " + base + " is no Signalbox server; name one with --http http://HOST:PORT", e);
        }
    }

    /** Hands over one object a line, until the visitor says false or there are no more. */
    void lines(
            String method,
            String path,
            @Nullable Object body,
            Predicate<Map<String, @Nullable Object>> visitor,
            @Nullable String... query)
            throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(send(method, path, body, query), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                if (!line.isBlank() && !visitor.test(object(line))) {
                    return;
                }
            }
        }
    }

    /** @param query names and values in turn; those whose value is null are left out */
    private InputStream send(String method, String path, @Nullable Object body, @Nullable String... query)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path + queryText(query)));
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.text(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (user != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials(user)));
        }
        request.timeout(ANSWER_TIMEOUT);
        try {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
            HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() >= 400) {
                throw refusal(response);
            }
            return response.body();
        } catch (ConnectException e) {
            throw new IOException(
                    "no server answers at " + base + "; start one with 'signalbox server', or name it with --http", e);
        } catch (IOException e) {
            throw new IOException("the request to " + base + " failed: " + Failures.text(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static byte[] credentials(String user) {
        if (user.indexOf(':') < 0) {
            String password = System.getenv("SIGNALBOX_PASSWORD");
            return (user + ":" + (password == null ? "" : password)).getBytes(StandardCharsets.UTF_8);
        }
        return user.getBytes(StandardCharsets.UTF_8);
    }

    private static String queryText(@Nullable String... query) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i + 1 < query.length; i += 2) {
            String value = query[i + 1];
            if (value != null) {
                text.append(text.isEmpty() ? '?' : '&')
                        .append(query[i])
                        .append('=')
                        .append(encode(value));
            }
        }
        return text.toString();
    }

    /** For a query or a part of a path. */
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ApiException refusal(HttpResponse<InputStream> response) throws IOException {
        String body;
        try (InputStream in = response.body()) {
            body = new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8);
        }
        try {
            Map<String, @Nullable Object> problem = Json.object(body);
            Object detail = Stream.of("detail", "title", "status")
                    .map(problem::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("the server answered " + response.statusCode());
            Object code = problem.get("code");
            Object remedy = problem.get("remedy");
            return new ApiException(
                    response.statusCode(),
                    detail + (code == null ? "" : " (" + code + ")") + (remedy == null ? "" : " - " + remedy));
        } catch (JacksonException notJson) {
            return new ApiException(response.statusCode(), "the server answered " + response.statusCode());
        }
    }

    /** The objects of an array in a JSON object. */
    @SuppressWarnings("unchecked")
    static List<Map<String, @Nullable Object>> objects(Map<String, @Nullable Object> object, String name) {
        Object value = object.get(name);
        return value == null ? List.of() : (List<Map<String, @Nullable Object>>) value;
    }
}
