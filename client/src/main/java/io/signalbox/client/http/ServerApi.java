package io.signalbox.client.http;

import io.signalbox.client.connection.Login;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the server's HTTP API (docs/http.md), with the same user as MQTT. Thread safe. */
final class ServerApi implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long BODY_BYTES_MAX = 64L << 20;

    private final @Nullable URI base;
    private final @Nullable String authorization;
    private final HttpClient http;

    ServerApi(ApiPlace place, Executor executor) {
        base = place.base();
        authorization = authorization(place.login());
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(place.connectTimeout())
                .executor(executor)
                .version(HttpClient.Version.HTTP_1_1);
        if (base != null && "https".equals(base.getScheme())) {
            builder = builder.sslContext(place.tls().context());
        }
        http = builder.build();
    }

    private static @Nullable String authorization(@Nullable Login login) {
        if (login == null) {
            return null;
        }
        byte[] user = (login.user() + ":").getBytes(StandardCharsets.UTF_8);
        byte[] password = login.password();
        byte[] both = java.util.Arrays.copyOf(user, user.length + password.length);
        System.arraycopy(password, 0, both, user.length, password.length);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /** @return fails with a {@link SignalboxException} that has the server's reason */
    CompletionStage<JsonNode> get(String path, Map<String, String> parameters) {
        HttpRequest request = request(path, parameters).timeout(PATIENCE).build();
        return http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_BYTES_MAX))
                .thenApply(response -> {
                    JsonNode body = parse(response.body());
                    if (response.statusCode() != 200) {
                        throw problem(response.statusCode(), body);
                    }
                    return body;
                });
    }

    /** Lines of JSON as they come; whoever does not read holds up the server. To be closed. */
    CompletionStage<Stream<JsonNode>> lines(String path, Map<String, String> parameters) {
        return http.sendAsync(request(path, parameters).build(), BodyHandlers.ofLines())
                .thenApply(ServerApi::lines);
    }

    private static Stream<JsonNode> lines(HttpResponse<Stream<String>> response) {
        if (response.statusCode() != 200) {
            try (Stream<String> body = response.body()) {
                String text = body.limit(1_000).collect(Collectors.joining("\n"));
                throw problem(response.statusCode(), parse(text.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return response.body()
                .filter(line -> !line.isBlank())
                .map(line -> parse(line.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpRequest.Builder request(String path, Map<String, String> parameters) {
        if (base == null) {
            throw new SignalboxException(
                    ReasonCode.NOT_SUPPORTED,
                    "the server's HTTP API is not known; say where it is with the option api, http://host:8080");
        }
        String query = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path + (query.isEmpty() ? "" : "?" + query)));
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new SignalboxException(
                    ReasonCode.MALFORMED, "the server's answer is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static SignalboxException problem(int status, JsonNode body) {
        String code = body.path("code").asString("");
        ReasonCode reason = ReasonCode.INTERNAL;
        for (ReasonCode known : ReasonCode.values()) {
            if (known.code().equals(code)) {
                reason = known;
            }
        }
        return new SignalboxException(
                reason, status + " " + code + ": " + body.path("detail").asString(""));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
