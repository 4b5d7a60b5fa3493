package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** Takes each request through its checks to its endpoint, on a virtual thread of its own, so many at once. */
final class Exchanges {
    /** In the metrics: what was refused before it was known what it is for. */
    private static final String NO_ROUTE = "none";

    private final Router router;
    private final Door door;
    private final Neighbours neighbours;
    private final ExecutorService workers;
    private final Places places;
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();
    private final BooleanSupplier serving;
    private final BooleanSupplier closing;
    private final HttpMetrics metrics;

    Exchanges(
            Router router,
            Door door,
            Neighbours neighbours,
            ExecutorService workers,
            Places places,
            BooleanSupplier serving,
            BooleanSupplier closing,
            HttpMetrics metrics) {
        this.router = router;
        this.door = door;
        this.neighbours = neighbours;
        this.workers = workers;
        this.places = places;
        this.serving = serving;
        this.closing = closing;
        this.metrics = metrics;
    }

    /** On the connection's loop; never blocks. */
    void begin(Exchange exchange) {
        Router.Found found;
        try {
            neighbours.check(exchange.method(), exchange.headers());
            Optional<Response.Whole> preflight = neighbours.preflight(exchange.method(), exchange.headers());
            if (preflight.isPresent()) {
                answer(exchange, NO_ROUTE, preflight.get());
                return;
            }
            HttpMethod method = exchange.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : exchange.method();
            found = router.find(method, exchange.uri());
            checkBody(found.route(), exchange);
            if (!serving.getAsBoolean() && !found.route().monitoring()) {
                throw HttpProblem.starting();
            }
        } catch (RuntimeException e) {
            answer(exchange, NO_ROUTE, Problems.of(e));
            return;
        }
        Route route = found.route();
        Semaphore place = places.of(route);
        if (!place.tryAcquire()) {
            answer(
                    exchange,
                    route.template(),
                    busy("as many requests as " + Places.limitOf(route) + " allows are being worked on"));
            return;
        }
        try {
            workers.execute(() -> run(exchange, found, place));
        } catch (RejectedExecutionException e) {
            place.release();
            answer(
                    exchange,
                    route.template(),
                    Problems.of(new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down", e)));
        }
    }

    private void run(Exchange exchange, Router.Found found, Semaphore place) {
        Route route = found.route();
        if (!route.waits()) {
            Response response;
            try {
                response = work(exchange, found);
            } finally {
                place.release();
            }
            send(exchange, route, response);
            return;
        }
        Thread thread = Thread.currentThread();
        waiting.add(thread);
        exchange.connection().waiting(thread);
        try {
            if (closing.getAsBoolean()) {
                thread.interrupt();
            }
            send(exchange, route, work(exchange, found));
        } finally {
            exchange.connection().waited(thread);
            waiting.remove(thread);
            place.release();
        }
    }

    /** What waits for something to happen does so no longer: the server closes. */
    void wake() {
        waiting.forEach(Thread::interrupt);
    }

    /** A body must say what it is, which a form of another site's page cannot. */
    private static void checkBody(Route route, Exchange exchange) {
        if (exchange.body().length == 0) {
            return;
        }
        if (route.body().isEmpty()) {
            throw new HttpProblem(400, "body-unexpected", "this takes no body; send none");
        }
        String encoding = exchange.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw new HttpProblem(
                    415, "content-encoding-unsupported", "a body is taken as it is; send it without Content-Encoding");
        }
        String type = Route.mediaType(exchange.headers().get(HttpHeaderNames.CONTENT_TYPE, ""));
        List<String> taken = route.bodyTypes();
        if (!taken.contains(type) && !taken.contains("*/*")) {
            throw new HttpProblem(
                    415, "content-type-unsupported", "the Content-Type must be " + String.join(" or ", taken));
        }
    }

    private static Response.Whole busy(String detail) {
        return Problems.of(new SignalboxException(ReasonCode.BUSY, detail));
    }

    private Response work(Exchange exchange, Router.Found found) {
        try {
            Principal principal = door.enter(found.route(), exchange.headers(), exchange.remoteAddress());
            if (!principal.anonymous()) {
                exchange.connection().user(principal.name());
            }
            return found.route()
                    .endpoint()
                    .answer(new Request(
                            exchange.method(),
                            found.path(),
                            found.query(),
                            exchange.headers(),
                            exchange.body(),
                            principal));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Problems.of(new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down", e));
        } catch (Throwable e) {
            return Problems.of(e);
        }
    }

    /** A stream may last, so it takes no place of a request. */
    private void send(Exchange exchange, Route route, Response response) {
        switch (response) {
            case Response.Whole whole -> answer(exchange, route.template(), whole);
            case Response.Streamed streamed -> {
                if (exchange.method().equals(HttpMethod.HEAD)) {
                    answer(exchange, route.template(), Response.text(200, streamed.contentType(), ""));
                } else if (route.waits()) {
                    stream(exchange, route, streamed);
                } else if (!places.streams().tryAcquire()) {
                    answer(
                            exchange,
                            route.template(),
                            busy("as many streamed answers as http.streams-max allows are under way"));
                } else {
                    try {
                        stream(exchange, route, streamed);
                    } finally {
                        places.streams().release();
                    }
                }
            }
        }
    }

    private void stream(Exchange exchange, Route route, Response.Streamed streamed) {
        try {
            exchange.connection().stream(exchange, streamed, neighbours.shareWith(exchange.headers()));
        } finally {
            metrics.answered(exchange, route.template(), 200);
        }
    }

    private void answer(Exchange exchange, String route, Response.Whole response) {
        metrics.answered(exchange, route, response.status());
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.putAll(neighbours.shareWith(exchange.headers()));
        exchange.connection()
                .answer(
                        exchange,
                        new Response.Whole(response.status(), response.contentType(), response.body(), headers),
                        exchange.keepAlive() && !closing.getAsBoolean());
    }

    /** What could not be read as a request. */
    void refused(int status) {
        metrics.refused(status);
    }
}
