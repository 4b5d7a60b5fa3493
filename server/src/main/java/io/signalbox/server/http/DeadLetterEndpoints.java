package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.DeadLetters;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Looks at the dead letters, sends them on their way again, or purges them. */
final class DeadLetterEndpoints {
    private static final int LIMIT_MAX = 10_000;
    private static final int IDS_MAX = 10_000;
    private static final long PROGRESS_MILLIS = 500;
    private static final String QUERY_FIELDS = "topic, session, reason, includeResolved, limit";

    private final Broker broker;
    private final Authorizer authorizer;
    private final TimeSource time;

    DeadLetterEndpoints(Broker broker, Authorizer authorizer, TimeSource time) {
        this.broker = broker;
        this.authorizer = authorizer;
        this.time = time;
    }

    List<Route> routes() {
        List<Parameter> which = List.of(
                Parameter.of("topic", "filter of the original topic"),
                Parameter.of("session", "whom it could not be delivered to"),
                Parameter.of("reason", "such as rejected, expired or delivery-limit"),
                Parameter.flag("resolved", "also those redriven or replaced"),
                Parameter.number("limit", "1 to " + LIMIT_MAX + "; 100 by default"),
                MessageEndpoints.SYNTAX);
        List<Parameter> purge = new ArrayList<>(which);
        purge.add(Parameter.of("ids", "numbers separated by commas"));
        purge.add(Parameter.flag("all", "needed when nothing else says which"));
        return List.of(
                new Route(
                        HttpMethod.GET,
                        "/api/v1/dead-letters",
                        Access.ADMIN,
                        "Dead letters, oldest first",
                        which,
                        "",
                        "DeadLetters",
                        this::list),
                new Route(
                        HttpMethod.DELETE,
                        "/api/v1/dead-letters",
                        Access.ADMIN,
                        "Forget dead letters for good",
                        purge,
                        "",
                        "Purged",
                        this::purge),
                new Route(
                        HttpMethod.GET,
                        "/api/v1/dead-letters/{id}",
                        Access.ADMIN,
                        "One dead letter with all its deaths",
                        List.of(MessageEndpoints.SYNTAX),
                        "",
                        "DeadLetter",
                        this::show),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/dead-letters/redrive",
                        Access.ADMIN,
                        "Publish dead letters again; answers lines of progress, the last with done=true",
                        List.of(MessageEndpoints.SYNTAX),
                        "Redrive",
                        "application/x-ndjson",
                        this::redrive),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/dead-letters/{id}/replace",
                        Access.ADMIN,
                        "Publish an edited copy in place of a dead letter",
                        List.of(MessageEndpoints.SYNTAX),
                        "Publish",
                        "Replaced",
                        this::replace));
    }

    private Response list(Request request) {
        List<Map<String, Object>> letters = broker.deadLetters().list(query(request, List.of(), LIMIT_MAX)).stream()
                .map(letter -> json(letter, request.nativeSyntax()))
                .toList();
        return Response.json(Map.of("total", broker.deadLetters().count(), "deadLetters", letters));
    }

    private Response show(Request request) {
        return Response.json(json(existing(id(request)), request.nativeSyntax()));
    }

    private Response purge(Request request) throws Exception {
        List<Long> ids = request.parameter("ids") == null
                ? List.of()
                : Arrays.stream(request.required("ids").split(",", IDS_MAX + 1))
                        .map(text -> Request.number("ids", text.strip(), 1, Long.MAX_VALUE))
                        .toList();
        if (ids.size() > IDS_MAX) {
            throw HttpProblem.badParameter("'ids' has more than " + IDS_MAX + " numbers; purge in several steps");
        }
        for (long id : ids) {
            existing(id);
        }
        boolean narrowed = !ids.isEmpty()
                || request.parameter("topic") != null
                || request.parameter("session") != null
                || request.parameter("reason") != null;
        if (!narrowed && !request.flag("all")) {
            throw HttpProblem.badParameter(
                    "nothing says which dead letters; give ids, topic, session or reason, or all=true");
        }
        DeadLetters.Query query = query(request, ids, Integer.MAX_VALUE);
        return Response.json(Map.of("purged", Stages.await(broker.deadLetters().purge(query))));
    }

    private Response redrive(Request request) throws Exception {
        JsonFields fields = new JsonFields(Json.read(request.body()), "the body");
        List<Long> ids = fields.numbers("ids", IDS_MAX);
        JsonNode queryNode = fields.node("query");
        if (ids.isEmpty() == (queryNode == null)) {
            throw JsonFields.bad("send either 'ids' or 'query' ({} for all)");
        }
        String targetText = fields.text("target");
        Topic target = targetText == null ? null : request.topic(targetText);
        int rate = (int) fields.number("rate", 0, 0, 1_000_000);
        fields.done("ids, query, target, rate");
        DeadLetters.Query query = queryNode == null
                ? new DeadLetters.Query(ids, null, null, null, false, ids.size())
                : query(new JsonFields(queryNode, "'query'"), request);
        for (long id : ids) {
            existing(id);
        }
        if (target != null) {
            MessageEndpoints.allow(
                    authorizer.mayPublish(request.principal(), target), request, "publish to", target.text());
        }
        return new Response.Streamed("application/x-ndjson", sink -> redrive(query, target, rate, sink));
    }

    private void redrive(DeadLetters.Query query, @Nullable Topic target, int rate, Response.Sink sink)
            throws Exception {
        AtomicLong done = new AtomicLong();
        CompletableFuture<Long> all =
                broker.deadLetters().redrive(query, target, rate, done::set).toCompletableFuture();
        while (true) {
            try {
                long count = all.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
                line(sink, Map.of("redriven", count, "done", true));
                return;
            } catch (TimeoutException e) {
                line(sink, Map.of("redriven", done.get(), "done", false));
            } catch (java.util.concurrent.ExecutionException e) {
                // The status is sent already: the problem is the last line.
                byte[] problem = Problems.of(e).body();
                line(sink, Map.of("redriven", done.get(), "done", true, "problem", Json.read(problem)));
                return;
            }
        }
    }

    private static void line(Response.Sink sink, Map<String, Object> value) throws java.io.IOException {
        byte[] json = Json.bytes(value);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        sink.write(line);
    }

    private Response replace(Request request) throws Exception {
        long id = id(request);
        DeadLetter letter = existing(id);
        Message edited = MessageJson.read(request, request.body(), time.millis());
        MessageEndpoints.allow(
                authorizer.mayPublish(request.principal(), edited.topic()),
                request,
                "publish to",
                edited.topic().text());
        Stages.await(broker.deadLetters().replace(letter.id(), edited).thenApply(done -> true));
        return Response.json(Map.of("replaced", id));
    }

    private static long id(Request request) {
        return Request.number("id", request.inPath("id"), 1, Long.MAX_VALUE);
    }

    private DeadLetter existing(long id) {
        return broker.deadLetters()
                .get(id)
                .orElseThrow(() ->
                        new SignalboxException(ReasonCode.DEAD_LETTER_NOT_FOUND, "no dead letter has the id " + id));
    }

    private static DeadLetters.Query query(Request request, List<Long> ids, int limitMax) {
        String topic = request.parameter("topic");
        String reason = request.parameter("reason");
        return new DeadLetters.Query(
                ids,
                topic == null ? null : request.filter(topic),
                request.parameter("session"),
                reason == null ? null : reason(reason),
                request.flag("resolved") || !ids.isEmpty(),
                (int) request.number("limit", limitMax == LIMIT_MAX ? 100 : limitMax, 1, limitMax));
    }

    private static DeadLetters.Query query(JsonFields fields, Request request) {
        String topic = fields.text("topic");
        String reason = fields.text("reason");
        DeadLetters.Query query = new DeadLetters.Query(
                List.of(),
                topic == null ? null : request.filter(topic),
                fields.text("session"),
                reason == null ? null : reason(reason),
                fields.flag("includeResolved"),
                (int) fields.number("limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE));
        fields.done(QUERY_FIELDS);
        return query;
    }

    private static DeathReason reason(String text) {
        for (DeathReason reason : DeathReason.values()) {
            if (name(reason).equals(text)) {
                return reason;
            }
        }
        throw HttpProblem.badParameter("'reason' must be one of "
                + Arrays.stream(DeathReason.values())
                        .map(DeadLetterEndpoints::name)
                        .toList());
    }

    private static String name(DeathReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, Object> json(DeadLetter letter, boolean nativeSyntax) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", letter.id());
        json.put("session", letter.session());
        json.put("sequence", letter.sequence());
        json.put("time", letter.timeMillis());
        json.put("resolved", letter.resolved());
        json.put(
                "deaths",
                letter.deaths().stream()
                        .map(death -> Map.of(
                                "reason", name(death.reason()),
                                "source", death.source(),
                                "count", death.count(),
                                "first", death.firstMillis(),
                                "last", death.lastMillis(),
                                "error", death.error()))
                        .toList());
        json.put("message", MessageJson.show(letter.message(), nativeSyntax));
        return json;
    }
}
