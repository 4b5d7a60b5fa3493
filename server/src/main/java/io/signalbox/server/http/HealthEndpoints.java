package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.broker.Broker;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.metrics.Metrics;
import io.signalbox.transport.Health;
import io.signalbox.transport.Health.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * For supervisors and scrapers. Live: the process answers. Durable: the disk, and the transport that clients meet, take what is acknowledged. Ready: both,
 * and clients are served. So a full disk is live, since readers and best-effort topics go on, and not ready.
 */
final class HealthEndpoints {
    private final Broker broker;
    private final BooleanSupplier ready;
    private final Metrics metrics;
    private final Supplier<Health> front;
    private final Supplier<Map<String, Health>> transports;

    HealthEndpoints(
            Broker broker,
            BooleanSupplier ready,
            Metrics metrics,
            Supplier<Health> front,
            Supplier<Map<String, Health>> transports) {
        this.broker = broker;
        this.ready = ready;
        this.metrics = metrics;
        this.front = front;
        this.transports = transports;
    }

    List<Route> routes() {
        return List.of(
                route(
                        "/health/live",
                        Access.PUBLIC,
                        "200 while the process answers",
                        "Health",
                        r -> Response.json(Map.of("status", "up"))),
                route(
                        "/health/ready",
                        Access.PUBLIC,
                        "200 when clients are served all that is promised, else 503",
                        "Health",
                        r -> ready()),
                route(
                        "/health/durable",
                        Access.PUBLIC,
                        "200 when durable publishes are taken, else 503",
                        "Health",
                        r -> durable()),
                route(
                        "/health/transports",
                        Access.PUBLIC,
                        "200 when every configured transport and bridge is up, else 503",
                        "TransportsHealth",
                        r -> transports()),
                route(
                        "/metrics",
                        Access.USER,
                        "Prometheus text",
                        "text/plain",
                        r -> Response.text(200, Metrics.CONTENT_TYPE, metrics.scrape())));
    }

    private static Route route(String path, Access access, String summary, String answer, Route.Endpoint endpoint) {
        return new Route(HttpMethod.GET, path, access, summary, List.of(), "", answer, endpoint);
    }

    private Response ready() {
        if (!ready.getAsBoolean()) {
            return health(503, "starting-or-stopping", "clients are not served now");
        }
        return durable();
    }

    /** A front that is degraded takes publishes; why it is down is for the log. */
    private Response durable() {
        Health health = broker.health();
        if (health.status() == Status.UP && front.get().status() == Status.DOWN) {
            return health(503, "down", "the transport that clients are served from is down; see the log");
        }
        return health(health.status() == Status.UP ? 200 : 503, name(health), health.detail());
    }

    /** Details name servers: they are for the log and for who may see metrics, not for strangers. */
    private Response transports() {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean up = true;
        for (Map.Entry<String, Health> one : transports.get().entrySet()) {
            up &= one.getValue().status() == Status.UP;
            json.put(one.getKey(), name(one.getValue()));
        }
        return Response.json(up ? 200 : 503, json);
    }

    private static String name(Health health) {
        return health.status().name().toLowerCase(Locale.ROOT);
    }

    private static Response health(int status, String name, String detail) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", name);
        if (!detail.isEmpty()) {
            json.put("detail", detail);
        }
        return Response.json(status, json);
    }
}
