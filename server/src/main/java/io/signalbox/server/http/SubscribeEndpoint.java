package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.message.Guarantee;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.util.List;
import java.util.UUID;

/** Messages as Server-Sent Events. */
final class SubscribeEndpoint {
    private static final String MEDIA_TYPE = "text/event-stream";
    private static final String LAST_EVENT_ID = "last-event-id";

    private final Broker broker;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Sessions sessions;
    private final EventFrames frames = new EventFrames();

    SubscribeEndpoint(Broker broker, Authorizer authorizer, TimeSource time, Sessions sessions) {
        this.broker = broker;
        this.authorizer = authorizer;
        this.time = time;
        this.sessions = sessions;
    }

    Route route() {
        return new Route(
                        HttpMethod.GET,
                        "/api/v1/subscribe",
                        Access.USER,
                        "Messages as Server-Sent Events, as they come. The id of an event is the message's sequence; what"
                                + " was not logged has none",
                        List.of(
                                Parameter.of("filter", "topic filter").needed(),
                                Parameter.of(
                                        "from",
                                        "new (the default), all, seq=N, last=N, 24h, or a time like 2026-01-31T12:00:00Z"),
                                MessageEndpoints.SYNTAX,
                                Parameter.header(
                                        LAST_EVENT_ID,
                                        "id of the last event that is known: goes on behind it, whatever from says. An"
                                                + " event named gap comes first if the log has lost what follows it")),
                        "",
                        MEDIA_TYPE,
                        this::subscribe)
                .waiting();
    }

    private Response subscribe(Request request) throws Exception {
        TopicFilter filter = request.filter(request.required("filter"));
        MessageEndpoints.allow(authorizer.maySubscribe(request.principal(), filter), request, "read", filter.text());
        long told = after(request);
        // Of another log: its numbers mean nothing here.
        boolean foreign = told > broker.lastSequence();
        long after = foreign ? 0 : told;
        String from = request.query().getOrDefault("from", "new");
        StartPosition start = after > 0
                ? new StartPosition.Sequence(after + 1)
                : foreign || from.equals("new") ? StartPosition.NEW : Positions.parse(from, time.millis());
        if (request.method().equals(HttpMethod.HEAD)) {
            return new Response.Streamed(MEDIA_TYPE, sink -> {});
        }
        LiveEvents live = new LiveEvents(after);
        Session session = open(request, filter, live);
        return new Response.Streamed(MEDIA_TYPE, sink -> {
            try {
                if (foreign) {
                    sink.write(EventFrames.gap(told, 0));
                }
                EventStream.Subscription subscription = new EventStream.Subscription(
                        filter,
                        request.nativeSyntax(),
                        message -> authorizer.mayReceive(request.principal(), message.topic())
                                && !message.isExpired(time.millis()));
                new EventStream(broker, subscription, live, frames, sink).run(start, after);
            } finally {
                session.detach(true);
            }
        });
    }

    private static long after(Request request) {
        String last = request.headers().get(LAST_EVENT_ID);
        return last == null || last.isEmpty() ? 0 : Request.number(LAST_EVENT_ID, last, 0, Long.MAX_VALUE - 1);
    }

    /** At most once: nothing is queued for who reads slowly, since the log has it. */
    private Session open(Request request, TopicFilter filter, LiveEvents live) throws Exception {
        Session session = sessions.open(
                SessionOptions.transientSession("http-events:" + UUID.randomUUID())
                        .withPrincipal(request.principal()),
                live);
        try {
            FilterSpec spec = new FilterSpec(
                    filter, null, Guarantee.AT_MOST_ONCE, 0, false, false, RetainedDelivery.NONE, StartPosition.NEW, 0);
            Refusal refusal = Stages.await(session.subscribe(List.of(spec))).getFirst();
            if (refusal != null) {
                throw refusal.toException();
            }
            return session;
        } catch (Exception e) {
            session.detach(true);
            throw e;
        }
    }
}
