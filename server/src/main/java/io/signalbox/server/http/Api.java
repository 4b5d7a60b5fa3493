package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.server.config.HttpConfig;
import io.signalbox.server.metrics.Metrics;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import java.io.IOException;
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

    /** Reads again what says who may come in, and what TLS shows. */
    public interface Reload {
        Reloaded run() throws IOException, SecurityFileException;
    }

    private final List<Route> routes = new ArrayList<>();
    private final HttpMetrics httpMetrics;

    /**
     * @param ready false while starting and stopping
     * @param front health of what gateways serve; nothing of it is repeated but whether it is up
     * @param loops where the sessions of HTTP clients have their lanes
     * @param transports health of configured transports and bridges, by name
     * @param removal ends sessions of what gateways serve
     * @param gateways where clients are served; none yet while starting
     */
    public Api(
            Broker broker,
            Authorizer authorizer,
            TimeSource time,
            Metrics metrics,
            BooleanSupplier ready,
            Supplier<Health> front,
            Supplier<Map<String, Health>> transports,
            SessionRemoval removal,
            Reload reload,
            Supplier<List<GatewayAddress>> gateways,
            HttpConfig config,
            EventLoops loops) {
        httpMetrics = new HttpMetrics(metrics.registry());
        routes.addAll(new HealthEndpoints(broker, ready, metrics, front, transports).routes());
        Sessions sessions = new Sessions(broker, loops);
        routes.addAll(new PublishEndpoints(broker, authorizer, time).routes());
        routes.add(new RequestEndpoint(broker, authorizer, time, sessions).route());
        Histories histories = new Histories();
        routes.addAll(new MessageEndpoints(broker, authorizer, time, histories).routes());
        routes.add(new SubscribeEndpoint(broker, authorizer, time, sessions).route());
        routes.addAll(new ConsumerEndpoints(broker, authorizer, time, sessions, config).routes());
        routes.addAll(new OperatorEndpoints(broker, reload, removal).routes());
        routes.addAll(new DeadLetterEndpoints(broker, authorizer, time).routes());
        routes.add(new AsyncApiEndpoint(broker, authorizer, gateways, histories).route());
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
