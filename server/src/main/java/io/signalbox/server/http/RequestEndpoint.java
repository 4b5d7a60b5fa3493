package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Publish a message and wait for the one that answers it. */
final class RequestEndpoint {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PATIENCE_MAX = Duration.ofMinutes(5);

    private final Transport transport;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Sessions sessions;

    RequestEndpoint(Transport transport, Authorizer authorizer, TimeSource time, Sessions sessions) {
        this.transport = transport;
        this.authorizer = authorizer;
        this.time = time;
        this.sessions = sessions;
    }

    Route route() {
        return new Route(
                        HttpMethod.POST,
                        "/api/v1/request",
                        Access.USER,
                        "Publish a message and answer with the first that comes to its reply topic, which the server makes"
                                + " up, with its correlation data or with none; 503 if nobody is there to answer, 504 if"
                                + " nobody did in time",
                        List.of(
                                Parameter.of("timeout", "such as 500ms or 30s, at most 5m; 10s by default"),
                                MessageEndpoints.SYNTAX),
                        "Publish",
                        "Message",
                        this::ask)
                .waiting();
    }

    private Response ask(Request request) throws Exception {
        Duration patience = request.duration("timeout", PATIENCE, Duration.ofMillis(1), PATIENCE_MAX);
        Message asked = MessageJson.read(request, request.body(), time.millis());
        Topic replies = Topic.ofMqtt("reply/http/" + UUID.randomUUID());
        TopicFilter filter = TopicFilter.ofMqtt(replies.text());
        MessageEndpoints.allow(
                authorizer.mayPublish(request.principal(), asked.topic()),
                request,
                "publish to",
                asked.topic().text());
        MessageEndpoints.allow(
                authorizer.maySubscribe(request.principal(), filter), request, "receive replies at", replies.text());
        byte[] correlation = asked.properties().correlation();
        byte[] expected =
                correlation == null ? UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII) : correlation;
        Message question = asked.toBuilder()
                .properties(asked.properties().toBuilder()
                        .replyTo(replies.text())
                        .correlation(expected)
                        .build())
                .build();
        Reply reply = new Reply(expected);
        Session session = sessions.open(
                SessionOptions.transientSession("http-request:" + UUID.randomUUID())
                        .withPrincipal(request.principal()),
                reply);
        try {
            Refusal refusal = Stages.await(session.subscribe(List.of(FilterSpec.of(filter, Guarantee.AT_MOST_ONCE))))
                    .getFirst();
            if (refusal != null) {
                throw refusal.toException();
            }
            Receipt receipt = Stages.await(transport.publish(question));
            if (receipt.outcome() == Receipt.Outcome.NO_SUBSCRIBERS) {
                throw new SignalboxException(
                        ReasonCode.NO_RESPONDERS, "nobody is subscribed to '" + request.show(asked.topic()) + "'");
            }
            Reply.Received received = reply.received().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return Response.json(MessageJson.show(received.sequence(), received.message(), request.nativeSyntax()));
        } catch (TimeoutException e) {
            throw new HttpProblem(
                    504,
                    "no-reply",
                    "nobody answered within " + patience.toMillis() + " ms; it may have been handled all the same");
        } finally {
            session.detach(true);
        }
    }
}
