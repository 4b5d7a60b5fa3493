package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.broker.TopicInfo;
import io.signalbox.server.http.Route.Access;
import io.signalbox.server.http.Route.Parameter;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.ReadRequest;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Describes the topics in use, and the types of their latest messages, in AsyncAPI 3. */
final class AsyncApiEndpoint {
    private static final int LIMIT_MAX = 1_000;

    /** Topics that are looked at for those that whoever asks may know of. */
    private static final int LOOKED_AT_MAX = 10_000;

    /** Of each topic; others are of types that are no longer in use. */
    private static final int LATEST = 20;

    private final Broker broker;
    private final Authorizer authorizer;
    private final Supplier<List<GatewayAddress>> gateways;
    private final Histories histories;

    AsyncApiEndpoint(
            Broker broker, Authorizer authorizer, Supplier<List<GatewayAddress>> gateways, Histories histories) {
        this.broker = broker;
        this.authorizer = authorizer;
        this.gateways = gateways;
        this.histories = histories;
    }

    Route route() {
        return new Route(
                HttpMethod.GET,
                "/api/v1/asyncapi.json",
                Access.USER,
                "The topics in use and the types of their latest messages, in AsyncAPI 3; of topics, those that who asks"
                        + " may publish to or receive from. x-complete is false if there are more",
                List.of(
                        Parameter.of("filter", "topic filter; # by default"),
                        Parameter.number("limit", "1 to " + LIMIT_MAX + " topics; 100 by default"),
                        MessageEndpoints.SYNTAX),
                "",
                "application/json",
                request -> histories.with(() -> describe(request)));
    }

    private Response describe(Request request) throws Exception {
        TopicFilter filter = request.filter(request.query().getOrDefault("filter", "#"));
        int limit = (int) request.number("limit", 100, 1, LIMIT_MAX);
        AsyncApi document = new AsyncApi();
        String host = Neighbours.name(request.headers().get(HttpHeaderNames.HOST, "localhost"));
        gateways.get().forEach(gateway -> document.server(bracketed(host), gateway));
        List<TopicInfo> topics = broker.topics(filter, LOOKED_AT_MAX);
        boolean complete = topics.size() < LOOKED_AT_MAX;
        int described = 0;
        for (TopicInfo info : topics) {
            Topic topic = Topic.ofMqtt(info.topic());
            Principal principal = request.principal();
            boolean maySend = authorizer.mayPublish(principal, topic);
            boolean mayReceive = authorizer.mayReceive(principal, topic)
                    && authorizer.maySubscribe(principal, TopicFilter.ofMqtt(info.topic()));
            if (!maySend && !mayReceive) {
                continue;
            }
            if (described++ == limit || document.full()) {
                complete = false;
                break;
            }
            // What is in messages is for those alone who might read them.
            Collection<MessageType> seen = mayReceive && info.historySize() > 0 ? latest(info.topic()) : List.of();
            document.channel(new AsyncApi.Channel(info.topic(), maySend, mayReceive, seen));
        }
        return Response.json(document.document(complete));
    }

    private Collection<MessageType> latest(String topic) throws Exception {
        Set<MessageType> types = new LinkedHashSet<>();
        Stages.await(broker.read(ReadRequest.last(TopicFilter.ofMqtt(topic), LATEST), stored -> {
            types.add(MessageType.of(stored.message()));
            return true;
        }));
        return types;
    }

    /** An address of IPv6 is in brackets where a port follows. */
    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
