package io.signalbox.cli;

import io.signalbox.cli.link.HttpRefusals;
import io.signalbox.cli.link.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

/** The server's HTTP API, as options and calls of a command. */
final class Api {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final long ANSWER_SECONDS = 120;

    @Option(
            names = "--http",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where the server's HTTP API is, also with NAME:PASSWORD@ before the host, and a path behind"
                    + " it (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String url;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME[:PASSWORD]",
            description = "Who asks; without a password it is taken from SIGNALBOX_PASSWORD.")
    private @Nullable String user;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "For an https URL: trust the authorities in this PEM file (default: those of the JDK).")
    private @Nullable Path authorities;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    private @Nullable HttpClient client;

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
                    "what answers at " + base() + " is no Signalbox server; name one with --http http://HOST:PORT", e);
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
        ApiUrl base = base();
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path + queryText(query)));
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.text(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        String who = user != null ? user : base.user();
        if (who != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials(who)));
        }
        // Not the request's own timeout: from Java 26 on it would be over the body too, and a replay may last for days.
        CompletableFuture<HttpResponse<InputStream>> answer =
                client().sendAsync(request.build(), BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (response.statusCode() >= 400) {
                throw refusal(response);
            }
            return response.body();
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("the server at " + base + " did not answer within " + ANSWER_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private ApiUrl base() {
        try {
            return ApiUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private HttpClient client() throws IOException {
        HttpClient known = client;
        if (known != null) {
            return known;
        }
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (authorities != null) {
            builder.sslContext(Tls.trusting(authorities));
        }
        HttpClient made = builder.build();
        client = made;
        return made;
    }

    private IOException failure(Throwable cause) {
        String where = base().toString();
        return switch (cause) {
            case ConnectException refused ->
                new IOException(
                        "no server answers at " + where + "; start one with 'signalbox server', or name it with --http",
                        refused);
            case SSLException tls ->
                new IOException(
                        "TLS with " + where + " failed: " + Failures.text(tls)
                                + "; name the authority of the server's certificate with --cafile FILE, or use http://",
                        tls);
            default ->
                new IOException(
                        "the request to " + where + " failed: " + Failures.text(cause)
                                + "; is the HTTP port of a Signalbox server there?",
                        cause);
        };
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
        return new ApiException(response.statusCode(), HttpRefusals.text(response.statusCode(), body));
    }

    /** The objects of an array in a JSON object. */
    @SuppressWarnings("unchecked")
    static List<Map<String, @Nullable Object>> objects(Map<String, @Nullable Object> object, String name) {
        Object value = object.get(name);
        return value == null ? List.of() : (List<Map<String, @Nullable Object>>) value;
    }
}
