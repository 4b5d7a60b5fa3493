package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.server.config.HttpConfig;
import io.signalbox.server.http.Consumers.Key;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Durable sessions for scripts: messages are asked for with patience, and settled. */
final class ConsumerEndpoints {
    private static final int NAME_CHARS_MAX = 200;
    private static final int POLL_MAX = 1_000;
    private static final int SETTLEMENTS_MAX = 10_000;
    private static final Duration WAIT_MAX = Duration.ofMinutes(5);

    private final Broker broker;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Consumers consumers;

    ConsumerEndpoints(Broker broker, Authorizer authorizer, TimeSource time, Sessions sessions, HttpConfig config) {
        this.broker = broker;
        this.authorizer = authorizer;
        this.time = time;
        this.consumers = new Consumers(sessions, config);
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        HttpMethod.PUT,
                        "/api/v1/consumers/{name}",
                        Access.USER,
                        "Make a durable session, or go on with it, and add subscriptions. It stays attached while it is"
                                + " polled; what comes meanwhile waits for it in any case",
                        List.of(MessageEndpoints.SYNTAX),
                        "Consumer",
                        "ConsumerOpened",
                        this::open),
                new Route(
                                HttpMethod.POST,
                                "/api/v1/consumers/{name}/poll",
                                Access.USER,
                                "The messages that wait for it, or the next that come; none if none came in time",
                                List.of(
                                        Parameter.number("max", "1 to " + POLL_MAX + " messages; 100 by default"),
                                        Parameter.of("wait", "such as 20s, at most 5m; 0 by default"),
                                        MessageEndpoints.SYNTAX),
                                "",
                                "Polled",
                                this::poll)
                        .waiting(),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/consumers/{name}/settle",
                        Access.USER,
                        "Say what became of messages that were polled, 1 to " + SETTLEMENTS_MAX
                                + "; receipts whose time is over are named and change nothing",
                        List.of(),
                        "Settlements",
                        "Settled",
                        this::settle),
                new Route(
                        HttpMethod.DELETE,
                        "/api/v1/consumers/{name}",
                        Access.USER,
                        "End the session for good and forget its queue",
                        List.of(),
                        "",
                        "Removed",
                        this::remove));
    }

    private static Key key(Request request) {
        String name = request.inPath("name");
        if (name.length() > NAME_CHARS_MAX || name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw HttpProblem.badParameter("a consumer's name has at most " + NAME_CHARS_MAX
                    + " characters, none of them a control character");
        }
        // The client id is part of a principal, and says nothing here.
        Principal p = request.principal();
        return new Key(p.anonymous() ? Principal.ANONYMOUS : Principal.user(p.name(), ""), name);
    }

    private Response open(Request request) throws Exception {
        Key key = key(request);
        ConsumerJson.Wanted wanted = ConsumerJson.read(request, time.millis());
        for (FilterSpec spec : wanted.filters()) {
            MessageEndpoints.allow(
                    authorizer.maySubscribe(request.principal(), spec.filter()),
                    request,
                    "read",
                    spec.filter().text());
        }
        boolean resumed = consumers.open(key, wanted.terms(), added(key, wanted.filters()));
        return Response.json(Map.of("name", key.name(), "resumed", resumed));
    }

    /** To subscribe again would ask for the past again: who repeats this request wants what he has. */
    private List<FilterSpec> added(Key key, List<FilterSpec> wanted) {
        Set<String> known = new HashSet<>();
        broker.session(key.sessionName()).ifPresent(session -> known.addAll(session.subscriptions()));
        return wanted.stream()
                .filter(spec -> !known.contains(
                        spec.shareGroup() == null
                                ? spec.filter().text()
                                : "$share/" + spec.shareGroup() + "/"
                                        + spec.filter().text()))
                .toList();
    }

    private Response poll(Request request) throws Exception {
        Key key = key(request);
        int max = (int) request.number("max", 100, 1, POLL_MAX);
        Duration wait = request.duration("wait", Duration.ZERO, Duration.ZERO, WAIT_MAX);
        Consumer consumer = consumers.find(key);
        List<Map<String, Object>> messages = new ArrayList<>();
        for (Consumer.Delivery delivery : consumer.poll(max, wait.toNanos())) {
            messages.add(ConsumerJson.show(delivery, request.nativeSyntax()));
        }
        if (messages.isEmpty() && consumer.ended() != null) {
            throw Consumers.gone(key, consumer.ended());
        }
        return Response.json(Map.of("messages", messages));
    }

    private Response settle(Request request) {
        Consumer consumer = consumers.find(key(request));
        JsonFields fields = new JsonFields(Json.read(request.body()), "the body");
        JsonNode all = fields.node("settlements");
        fields.done("settlements");
        if (all == null || !all.isArray() || all.isEmpty() || all.size() > SETTLEMENTS_MAX) {
            throw JsonFields.bad("'settlements' must be a list of 1 to " + SETTLEMENTS_MAX);
        }
        // All are read before any has an effect.
        Map<String, ConsumerJson.Verdict> verdicts = new LinkedHashMap<>();
        for (JsonNode each : all) {
            ConsumerJson.Verdict verdict = ConsumerJson.verdict(each);
            if (verdicts.put(verdict.receipt(), verdict) != null) {
                throw JsonFields.bad("the receipt '" + verdict.receipt() + "' is settled twice");
            }
        }
        List<String> unknown = new ArrayList<>();
        for (ConsumerJson.Verdict verdict : verdicts.values()) {
            Settlement settlement = verdict.settlement();
            boolean known = settlement == null
                    ? consumer.extend(verdict.receipt())
                    : consumer.settle(verdict.receipt(), settlement);
            if (!known) {
                unknown.add(verdict.receipt());
            }
        }
        return Response.json(Map.of("settled", verdicts.size() - unknown.size(), "unknown", unknown));
    }

    private Response remove(Request request) throws Exception {
        Key key = key(request);
        if (!consumers.remove(key)) {
            throw new SignalboxException(ReasonCode.SESSION_NOT_FOUND, "there is no consumer '" + key.name() + "'");
        }
        return Response.json(Map.of("removed", key.name()));
    }
}
