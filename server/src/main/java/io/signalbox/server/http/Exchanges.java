package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** Takes each request through its checks to its endpoint, on a virtual thread of its own, so many at once. */
final class Exchanges {
    private final Router router;
    private final Door door;
    private final Neighbours neighbours;
    private final ExecutorService workers;
    private final Semaphore places;
    private final BooleanSupplier closing;

    Exchanges(
            Router router,
            Door door,
            Neighbours neighbours,
            ExecutorService workers,
            Semaphore places,
            BooleanSupplier closing) {
        this.router = router;
        this.door = door;
        this.neighbours = neighbours;
        this.workers = workers;
        this.places = places;
        this.closing = closing;
    }

    /** On the connection's loop; never blocks. */
    void begin(Exchange exchange) {
        Router.Found found;
        try {
            neighbours.check(exchange.method(), exchange.headers());
            HttpMethod method = exchange.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : exchange.method();
            found = router.find(method, exchange.uri());
            checkBody(found.route(), exchange);
        } catch (RuntimeException e) {
            answer(exchange, Problems.of(e));
            return;
        }
        // Health stays answerable when all places are taken, or an overloaded server would be restarted.
        boolean counted = found.route().access() != Route.Access.PUBLIC;
        if (counted && !places.tryAcquire()) {
            answer(
                    exchange,
                    Problems.of(new SignalboxException(
                            ReasonCode.BUSY, "as many requests as http.requests-max allows are being worked on")));
            return;
        }
        try {
            workers.execute(() -> {
                try {
                    work(exchange, found);
                } finally {
                    if (counted) {
                        places.release();
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            if (counted) {
                places.release();
            }
            answer(
                    exchange,
                    Problems.of(new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down", e)));
        }
    }

    /** A JSON body must say so, which a form of another site's page cannot. */
    private static void checkBody(Route route, Exchange exchange) {
        if (exchange.body().length == 0) {
            return;
        }
        if (route.body().isEmpty()) {
            throw new HttpProblem(400, "body-unexpected", "this takes no body; send none");
        }
        String type = exchange.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (!type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
            throw new HttpProblem(415, "content-type-unsupported", "the Content-Type must be application/json");
        }
    }

    private void work(Exchange exchange, Router.Found found) {
        Response response;
        try {
            Principal principal = door.enter(found.route(), exchange.headers(), exchange.remoteAddress());
            response = found.route()
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
            response = Problems.of(new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down", e));
        } catch (Throwable e) {
            response = Problems.of(e);
        }
        switch (response) {
            case Response.Whole whole -> answer(exchange, whole);
            case Response.Streamed streamed -> {
                if (exchange.method().equals(HttpMethod.HEAD)) {
                    answer(exchange, Response.text(200, streamed.contentType(), ""));
                } else {
                    exchange.connection().stream(streamed);
                }
            }
        }
    }

    private void answer(Exchange exchange, Response.Whole response) {
        exchange.connection().answer(exchange, response, exchange.keepAlive() && !closing.getAsBoolean());
    }
}
