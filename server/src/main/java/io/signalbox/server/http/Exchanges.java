package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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

    /** What the head of a request has shown: what it is for, and who asks. */
    record Admitted(Router.Found found, Principal principal) {}

    /**
     * Before a byte of the body is kept. On the connection's loop; never blocks.
     *
     * @param announced bytes of the body; negative: not known yet
     * @return null: the connection hears later that it is {@linkplain HttpHandler#admitted admitted}, or is answered
     */
    @Nullable
    Admitted greet(Exchange exchange, long announced) {
        Router.Found found;
        try {
            neighbours.check(exchange.method(), exchange.headers());
            Optional<Response.Whole> preflight = neighbours.preflight(exchange.method(), exchange.headers());
            if (preflight.isPresent()) {
                answer(exchange, NO_ROUTE, preflight.get());
                return null;
            }
            HttpMethod method = exchange.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : exchange.method();
            found = router.find(method, exchange.uri());
            if (announced > 0) {
                checkBody(found.route(), exchange.headers());
            }
            if (!serving.getAsBoolean() && !found.route().monitoring()) {
                throw HttpProblem.starting();
            }
        } catch (RuntimeException e) {
            answer(exchange, NO_ROUTE, Problems.of(e));
            return null;
        }
        CompletableFuture<Principal> entering = door.enter(found.route(), exchange.headers(), exchange.remoteNetwork());
        if (entering.state() == Future.State.SUCCESS) {
            return admitted(exchange, found, entering.resultNow());
        }
        var unused = entering.whenComplete((principal, problem) -> {
            if (problem == null) {
                exchange.connection().admitted(admitted(exchange, found, principal));
            } else {
                answer(exchange, found.route().template(), Problems.of(problem));
            }
        });
        return null;
    }

    private static Admitted admitted(Exchange exchange, Router.Found found, Principal principal) {
        if (!principal.anonymous()) {
            exchange.connection().caller().user(principal.name());
        }
        return new Admitted(found, principal);
    }

    /**
     * The request is complete. On the connection's loop; never blocks.
     *
     * @param body is given back when the work on it is done
     */
    void begin(Exchange exchange, Admitted admitted, HeldBody body) {
        Route route = admitted.found().route();
        Semaphore place = places.of(route);
        if (!place.tryAcquire()) {
            body.release();
            answer(
                    exchange,
                    route.template(),
                    busy("as many requests as " + Places.limitOf(route) + " allows are being worked on"));
            return;
        }
        try {
            workers.execute(() -> run(exchange, admitted, body, place));
        } catch (RejectedExecutionException e) {
            place.release();
            body.release();
            answer(
                    exchange,
                    route.template(),
                    Problems.of(new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down", e)));
        }
    }

    private void run(Exchange exchange, Admitted admitted, HeldBody body, Semaphore place) {
        Route route = admitted.found().route();
        if (!route.waits()) {
            Response response;
            try {
                response = work(exchange, admitted, body);
            } finally {
                place.release();
            }
            send(exchange, route, response);
            return;
        }
        Caller caller = exchange.connection().caller();
        Thread thread = Thread.currentThread();
        waiting.add(thread);
        caller.waiting(thread);
        try {
            if (closing.getAsBoolean()) {
                thread.interrupt();
            }
            send(exchange, route, work(exchange, admitted, body));
        } finally {
            caller.waited(thread);
            waiting.remove(thread);
            place.release();
        }
    }

    /** What waits for something to happen does so no longer: the server closes. */
    void wake() {
        waiting.forEach(Thread::interrupt);
    }

    /**
     * A body must say what it is, which a form of another site's page cannot.
     *
     * @throws HttpProblem 400 or 415
     */
    static void checkBody(Route route, HttpHeaders headers) {
        if (route.body().isEmpty()) {
            throw new HttpProblem(400, "body-unexpected", "this takes no body; send none");
        }
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw new HttpProblem(
                    415, "content-encoding-unsupported", "a body is taken as it is; send it without Content-Encoding");
        }
        String type = Route.mediaType(headers.get(HttpHeaderNames.CONTENT_TYPE, ""));
        List<String> taken = route.bodyTypes();
        if (!taken.contains(type) && !taken.contains("*/*")) {
            throw new HttpProblem(
                    415, "content-type-unsupported", "the Content-Type must be " + String.join(" or ", taken));
        }
    }

    private static Response.Whole busy(String detail) {
        return Problems.of(new SignalboxException(ReasonCode.BUSY, detail));
    }

    private Response work(Exchange exchange, Admitted admitted, HeldBody body) {
        Router.Found found = admitted.found();
        try {
            door.check(found.route(), admitted.principal());
            return found.route()
                    .endpoint()
                    .answer(new Request(
                            exchange.method(),
                            found.path(),
                            found.query(),
                            exchange.headers(),
                            body.bytes(),
                            admitted.principal()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Problems.of(new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down", e));
        } catch (Throwable e) {
            return Problems.of(e);
        } finally {
            // Whatever becomes of the connection meanwhile. What is streamed has no body to remember.
            body.release();
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
