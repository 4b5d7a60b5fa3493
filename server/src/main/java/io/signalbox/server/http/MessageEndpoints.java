package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;

/** Look back at a topic, replay the past. */
final class MessageEndpoints {
    private static final int LAST_MAX = 10_000;

    static final Parameter SYNTAX =
            Parameter.of("syntax", "mqtt (levels separated by /, the default) or native (by .)");

    private final Broker broker;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Histories histories;

    MessageEndpoints(Broker broker, Authorizer authorizer, TimeSource time, Histories histories) {
        this.broker = broker;
        this.authorizer = authorizer;
        this.time = time;
        this.histories = histories;
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        HttpMethod.GET,
                        "/api/v1/history",
                        Access.USER,
                        "The last messages of a topic, oldest first",
                        List.of(
                                Parameter.of("topic", "the topic, or a filter").needed(),
                                Parameter.number("last", "how many, 1 to " + LAST_MAX + "; 10 by default"),
                                SYNTAX),
                        "",
                        "Messages",
                        this::history),
                new Route(
                        HttpMethod.GET,
                        "/api/v1/replay",
                        Access.USER,
                        "The past as lines of JSON, oldest first",
                        List.of(
                                Parameter.of("filter", "topic filter").needed(),
                                Parameter.of(
                                        "from",
                                        "all (the default), topic-last, seq=N, last=N, 24h, or a time like 2026-01-31T12:00:00Z"),
                                Parameter.of(
                                        "speed",
                                        "0 (the default): as fast as can be; 1: as it happened; n: n times as fast"),
                                Parameter.number("limit", "at most so many messages"),
                                SYNTAX),
                        "",
                        NdJson.MEDIA_TYPE,
                        this::replay));
    }

    private Response history(Request request) throws Exception {
        TopicFilter filter = request.filter(request.required("topic"));
        int last = (int) request.number("last", 10, 1, LAST_MAX);
        allowRead(request, filter);
        return histories.with(() -> history(request, filter, last));
    }

    /** The oldest are left out before there are too many bytes, and the answer says so. */
    private Response history(Request request, TopicFilter filter, int last) throws Exception {
        ArrayDeque<StoredMessage> newest = new ArrayDeque<>();
        long[] bytes = {0};
        boolean[] truncated = {false};
        Stages.await(broker.read(ReadRequest.last(filter, last), stored -> {
            if (authorizer.mayReceive(request.principal(), stored.message().topic())) {
                newest.addLast(stored);
                bytes[0] += stored.message().sizeBytes();
                while (bytes[0] > Histories.BYTES_MAX && newest.size() > 1) {
                    bytes[0] -= newest.removeFirst().message().sizeBytes();
                    truncated[0] = true;
                }
            }
            return true;
        }));
        List<Map<String, Object>> messages = newest.stream()
                .map(stored -> MessageJson.show(stored, request.nativeSyntax()))
                .toList();
        return Response.json(Map.of("messages", messages, "truncated", truncated[0]));
    }

    private Response replay(Request request) {
        TopicFilter filter = request.filter(request.required("filter"));
        StartPosition start = Positions.parse(request.query().getOrDefault("from", "all"), time.millis());
        double speed = Positions.speed(request.query().getOrDefault("speed", "0"));
        int limit = (int) request.number("limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        allowRead(request, filter);
        ReadRequest read = new ReadRequest(filter, start, Long.MAX_VALUE, limit);
        return new Response.Streamed(NdJson.MEDIA_TYPE, sink -> {
            Pace pace = new Pace(speed);
            // No time limit: a replay at original speed lasts as long as the original.
            var unused = broker.read(read, stored -> offer(stored, request, pace, sink))
                    .toCompletableFuture()
                    .get();
        });
    }

    /** @return false once nobody reads any more */
    private boolean offer(StoredMessage stored, Request request, Pace pace, Response.Sink sink) {
        Principal principal = request.principal();
        if (!authorizer.mayReceive(principal, stored.message().topic())) {
            return sink.open();
        }
        try {
            if (!pace.await(stored.timeMillis(), sink::open)) {
                return false;
            }
            byte[] json = Json.bytes(MessageJson.show(stored, request.nativeSyntax()));
            byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            sink.write(line);
            return true;
        } catch (java.io.IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void allowRead(Request request, TopicFilter filter) {
        allow(authorizer.maySubscribe(request.principal(), filter), request, "read", filter.text());
    }

    static void allow(boolean allowed, Request request, String what, String topic) {
        if (!allowed) {
            Principal p = request.principal();
            throw new SignalboxException(
                    ReasonCode.NOT_AUTHORIZED,
                    (p.anonymous() ? "anonymous clients" : "user '" + p.name() + "'") + " may not " + what + " '"
                            + topic.substring(0, Math.min(topic.length(), 80)) + "'");
        }
    }
}
