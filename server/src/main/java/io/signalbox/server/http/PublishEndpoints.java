package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.codecs.envelope.CloudEventJson;
import io.signalbox.message.Message;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Publish one message, many, or CloudEvents. */
final class PublishEndpoints {
    private static final int BATCH_MAX = 10_000;

    private final Transport transport;
    private final Authorizer authorizer;
    private final TimeSource time;

    PublishEndpoints(Transport transport, Authorizer authorizer, TimeSource time) {
        this.transport = transport;
        this.authorizer = authorizer;
        this.time = time;
    }

    List<Route> routes() {
        List<Parameter> syntax = List.of(MessageEndpoints.SYNTAX);
        return List.of(
                new Route(
                        HttpMethod.POST,
                        "/api/v1/publish",
                        Access.USER,
                        "Publish a message; answers when it has the durability of its topic",
                        syntax,
                        "Publish",
                        "Receipt",
                        this::publish),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/publish/batch",
                        Access.USER,
                        "Publish messages in their order, one a line, 1 to " + BATCH_MAX
                                + "; answers a line for each: its receipt, or the problem it had. Of a batch with a line that"
                                + " is no message, or is not permitted, nothing is published",
                        syntax,
                        NdJson.MEDIA_TYPE,
                        NdJson.MEDIA_TYPE,
                        this::publishBatch),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/events",
                        Access.USER,
                        "Publish a CloudEvent 1.0: structured, as a batch (which is answered as the other), or binary, with"
                                + " the attributes in headers that begin with ce- and the data as the body",
                        List.of(
                                Parameter.of("topic", "where to; the event's subject by default"),
                                MessageEndpoints.SYNTAX),
                        CloudEventJson.MEDIA_TYPE + ", " + CloudEventBody.BATCH_MEDIA_TYPE + ", */*",
                        "Receipt",
                        this::publishEvents));
    }

    private Response publish(Request request) throws Exception {
        Message message = read(request, request.body());
        return Response.json(Receipts.json(Stages.await(transport.publish(message))));
    }

    /** Checked whole before any of it is published. */
    private Message read(Request request, byte[] json) {
        return allowed(request, MessageJson.read(request, json, time.millis()));
    }

    private Message allowed(Request request, Message message) {
        MessageEndpoints.allow(
                authorizer.mayPublish(request.principal(), message.topic()),
                request,
                "publish to",
                message.topic().text());
        return message;
    }

    private Response publishBatch(Request request) throws Exception {
        return publishAll(NdJson.read(request.body(), BATCH_MAX, line -> read(request, line)));
    }

    /** One after the other without waiting, so that they share flushes; one thread, so that they keep their order. */
    private Response publishAll(List<Message> messages) throws Exception {
        List<CompletableFuture<Receipt>> answers = new ArrayList<>(messages.size());
        for (Message message : messages) {
            answers.add(transport.publish(message).toCompletableFuture());
        }
        return Receipts.lines(answers);
    }

    private Response publishEvents(Request request) throws Exception {
        String text = request.parameter("topic");
        Topic topic = text == null ? null : request.topic(text);
        String type = Route.mediaType(request.headers().get(HttpHeaderNames.CONTENT_TYPE, ""));
        if (type.equals(CloudEventBody.BATCH_MEDIA_TYPE)) {
            return publishAll(CloudEventBody.batch(
                    request.body(), BATCH_MAX, event -> allowed(request, CloudEventBody.structured(event, topic))));
        }
        Message message = type.equals(CloudEventJson.MEDIA_TYPE)
                ? CloudEventBody.structured(request.body(), topic)
                : CloudEventBody.binary(request.headers(), request.body(), topic);
        return Response.json(Receipts.json(Stages.await(transport.publish(allowed(request, message)))));
    }
}
