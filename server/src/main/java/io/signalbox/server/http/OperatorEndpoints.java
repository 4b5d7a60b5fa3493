package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.broker.Broker;
import io.signalbox.broker.SessionInfo;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.topic.TopicFilter;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What an operator looks at and does: figures, the ledger, clients, topics, reload. */
final class OperatorEndpoints {
    private static final int LIMIT_MAX = 10_000;
    private static final Parameter LIMIT = Parameter.number("limit", "1 to " + LIMIT_MAX + "; 100 by default");

    private final Broker broker;
    private final Api.Reload reload;
    private final Api.SessionRemoval elsewhere;

    OperatorEndpoints(Broker broker, Api.Reload reload, Api.SessionRemoval elsewhere) {
        this.elsewhere = elsewhere;
        this.broker = broker;
        this.reload = reload;
    }

    List<Route> routes() {
        return List.of(
                get("/api/v1/stats", "Figures of the broker", List.of(), "Stats", r -> Response.json(broker.stats())),
                get(
                        "/api/v1/ledger",
                        "Where every message went, per session and topic",
                        List.of(LIMIT),
                        "Ledger",
                        this::ledger),
                get("/api/v1/clients", "Sessions, connected or not", List.of(LIMIT), "Clients", this::clients),
                get("/api/v1/clients/{name}", "One session", List.of(), "Client", this::client),
                new Route(
                        HttpMethod.DELETE,
                        "/api/v1/clients/{name}",
                        Access.ADMIN,
                        "End a session for good and forget its queue; one of another default transport by its name there",
                        List.of(),
                        "",
                        "Removed",
                        this::remove),
                get(
                        "/api/v1/topics",
                        "Topics with a history or a retained message",
                        List.of(Parameter.of("filter", "topic filter; # by default"), LIMIT, MessageEndpoints.SYNTAX),
                        "Topics",
                        this::topics),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/admin/reload",
                        Access.ADMIN,
                        "Read the security files and TLS certificates again: all of them, or none is put in force",
                        List.of(),
                        "",
                        "Reloaded",
                        r -> reload()));
    }

    private static Route get(
            String path, String summary, List<Parameter> parameters, String answer, Route.Endpoint endpoint) {
        return new Route(HttpMethod.GET, path, Access.ADMIN, summary, parameters, "", answer, endpoint);
    }

    private static int limit(Request request) {
        return (int) request.number("limit", 100, 1, LIMIT_MAX);
    }

    private Response ledger(Request request) {
        int limit = limit(request);
        return Response.json(Map.of(
                "total", broker.ledger().total(),
                "topics", broker.ledger().topics(limit),
                "sessions", broker.ledger().sessions().stream().limit(limit).toList(),
                "mismatches", broker.ledger().mismatches()));
    }

    private Response clients(Request request) {
        List<SessionInfo> sessions = broker.sessions();
        return Response.json(Map.of(
                "total", sessions.size(),
                "clients", sessions.stream().limit(limit(request)).toList()));
    }

    private Response client(Request request) {
        String name = request.inPath("name");
        return Response.json(broker.session(name).orElseThrow(() -> unknown(name)));
    }

    private Response remove(Request request) throws InterruptedException {
        String name = request.inPath("name");
        if (!broker.removeSession(name) && !elsewhere.remove(name)) {
            throw unknown(name);
        }
        return Response.json(Map.of("removed", name));
    }

    private static SignalboxException unknown(String name) {
        return new SignalboxException(
                ReasonCode.SESSION_NOT_FOUND,
                "no session is named '" + name.substring(0, Math.min(name.length(), 80)) + "'");
    }

    private Response topics(Request request) {
        TopicFilter filter = request.filter(request.query().getOrDefault("filter", "#"));
        return Response.json(Map.of("topics", broker.topics(filter, limit(request))));
    }

    private Response reload() {
        try {
            return Response.json(reload.run());
        } catch (SecurityFileException e) {
            throw unusable("security-file-bad", e);
        } catch (IOException e) {
            throw unusable("tls-file-bad", e);
        }
    }

    private static HttpProblem unusable(String code, Exception e) {
        return new HttpProblem(409, code, e.getMessage() + "; the files read before stay in force: mend and try again");
    }
}
