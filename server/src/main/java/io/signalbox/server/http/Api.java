package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.broker.Broker;
import io.signalbox.security.Security;
import io.signalbox.server.metrics.Metrics;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** All routes of the server. */
public final class Api {
    /** Ends a session of the transport that clients meet; false if it has none of that name. */
    public interface SessionRemoval {
        boolean remove(String nameAtEngine) throws InterruptedException;
    }

    private final List<Route> routes = new ArrayList<>();
    private final HttpMetrics httpMetrics;

    /**
     * @param ready false while starting and stopping
     * @param front health of what gateways serve; nothing of it is repeated but whether it is up
     * @param transports health of configured transports and bridges, by name
     * @param removal ends sessions of what gateways serve
     */
    public Api(
            Broker broker,
            Security security,
            TimeSource time,
            Metrics metrics,
            BooleanSupplier ready,
            Supplier<Health> front,
            Supplier<Map<String, Health>> transports,
            SessionRemoval removal) {
        httpMetrics = new HttpMetrics(metrics.registry());
        routes.addAll(new HealthEndpoints(broker, ready, metrics, front, transports).routes());
        routes.addAll(new MessageEndpoints(broker, security.authorizer(), time).routes());
        routes.addAll(new OperatorEndpoints(broker, security, removal).routes());
        routes.addAll(new DeadLetterEndpoints(broker, security.authorizer(), time).routes());
        routes.add(new Route(
                HttpMethod.GET,
                "/api/v1/openapi.json",
                Route.Access.PUBLIC,
                "This description",
                List.of(),
                "",
                "application/json",
                request -> new Response.Whole(200, Response.JSON, OpenApi.describe(routes), Map.of())));
    }

    HttpMetrics metrics() {
        return httpMetrics;
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }
}
