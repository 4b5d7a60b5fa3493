package io.signalbox.cli.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The HTTP API of a Signalbox server: each message a request, and subscriptions as Server-Sent Events or as a consumer that polls. */
public final class HttpLink implements Link {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** For an answer that comes as soon as the disk has it; a server that waits for a reply is given as much again. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(120);

    private final HttpOptions options;
    private final LinkListener listener;
    private final Patience patience;
    private final @Nullable Consumer<Incoming> receiver;
    private final HttpClient client;
    private final List<HttpEvents> streams = new ArrayList<>();
    private @Nullable HttpConsumer consumer;

    /** The last publish: the next one waits for it, so that the order is kept. Guarded by this. */
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    private HttpLink(
            HttpOptions options,
            LinkListener listener,
            Patience patience,
            @Nullable Consumer<Incoming> receiver,
            HttpClient client) {
        this.options = options;
        this.listener = listener;
        this.patience = patience;
        this.receiver = receiver;
        this.client = client;
    }

    /** There is no connection to wait for: the first request finds out. */
    static HttpLink open(
            HttpOptions options, LinkListener listener, Patience patience, @Nullable Consumer<Incoming> receiver)
            throws LinkException {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        Tls tls = options.server().tls();
        if (tls != null) {
            client.sslContext(tls.context());
        }
        return new HttpLink(options, listener, patience, receiver, client.build());
    }

    @Override
    public synchronized CompletableFuture<Void> publish(Outgoing message) {
        CompletableFuture<Void> done = last.thenCompose(before -> post("/api/v1/publish", message, ANSWER_TIMEOUT))
                .thenApply(answer -> null);
        last = done;
        return done;
    }

    @Override
    public CompletableFuture<Incoming> request(Outgoing question, Duration wait) {
        return post("/api/v1/request?timeout=" + wait.toMillis() + "ms", question, wait.plus(ANSWER_TIMEOUT))
                .thenApply(HttpMessages::incoming);
    }

    private CompletableFuture<String> post(String pathAndQuery, Outgoing message, Duration timeout) {
        return send("POST", pathAndQuery, HttpMessages.document(message), timeout);
    }

    /** Completes with the body of a good answer, or fails with a {@link LinkException}. */
    CompletableFuture<String> send(String method, String pathAndQuery, String json, Duration timeout) {
        HttpRequest request = request(pathAndQuery)
                .header("Content-Type", "application/json")
                .timeout(timeout)
                .method(method, BodyPublishers.ofString(json, StandardCharsets.UTF_8))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8))
                .handle((response, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(HttpRefusals.of(failure, options.address()));
                    }
                    if (response.statusCode() >= 300) {
                        throw new CompletionException(HttpRefusals.of(response.statusCode(), response.body()));
                    }
                    return response.body();
                });
    }

    /** At QoS 1 a consumer, whose messages are settled; else streams of events, which are not. */
    @Override
    public List<Integer> subscribe(Filters filters) throws LinkException {
        if (filters.qos() > 0) {
            HttpConsumer made = new HttpConsumer(this, options, filters, listener, this::hand);
            Object unused = Waiting.forAnswer(made.start(), options.address(), patience);
            consumer = made;
            return filters.filters().stream().map(filter -> 1).toList();
        }
        List<Integer> granted = new ArrayList<>();
        for (String filter : filters.filters()) {
            StringBuilder query = new StringBuilder("?filter=").append(encoded(filter));
            filters.userProperties().forEach(past -> query.append("&from=").append(encoded(past.value())));
            HttpEvents stream = new HttpEvents(this, "/api/v1/subscribe" + query, listener, this::hand);
            streams.add(stream);
            Object unused = Waiting.forAnswer(stream.start(), options.address(), patience);
            granted.add(0);
        }
        return granted;
    }

    /** Several streams, one after the other. */
    private synchronized void hand(Incoming message) {
        if (receiver != null) {
            receiver.accept(message);
        }
    }

    /** Waits for the head of the answer. */
    InputStream stream(String pathAndQuery, @Nullable String lastEventId)
            throws IOException, InterruptedException, LinkException {
        HttpRequest.Builder request = request(pathAndQuery).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = client.send(request.GET().build(), BodyHandlers.ofInputStream());
        if (response.statusCode() >= 300) {
            try (InputStream body = response.body()) {
                throw HttpRefusals.of(
                        response.statusCode(), new String(body.readNBytes(64 * 1024), StandardCharsets.UTF_8));
            }
        }
        return response.body();
    }

    HttpOptions options() {
        return options;
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(options.address() + pathAndQuery));
        String user = options.server().user();
        byte[] password = options.server().password();
        if (user != null) {
            String credentials = user + ":" + (password == null ? "" : new String(password, StandardCharsets.UTF_8));
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        streams.forEach(HttpEvents::close);
        if (consumer != null) {
            consumer.close();
        }
        client.shutdownNow();
    }
}
