package io.signalbox.systemtests.applications;

import io.signalbox.client.application.Identity;
import io.signalbox.client.application.InterApplicationBus;
import io.signalbox.client.application.MessageContext;
import io.signalbox.client.application.Source;
import io.signalbox.client.application.Statistics;
import io.signalbox.client.connection.Backoff;
import io.signalbox.client.request.FaultException;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One on the SDK for Java, in this process. */
final class JavaApplication implements Application {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Backoff IMPATIENT =
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofSeconds(10));

    private final InterApplicationBus bus;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> contexts = new CopyOnWriteArrayList<>();
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

    JavaApplication(Place place, String uuid, String name, Terms terms) {
        try {
            bus = InterApplicationBus.create(
                    place.url(),
                    new Identity(uuid, name),
                    options -> options.api(URI.create(place.api()))
                            .sessionExpiry(terms.grace())
                            .keepAlive(terms.heartbeat())
                            .backoff(IMPATIENT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bus.addConnectedListener(one -> heard.add("connected " + name(one)));
        bus.addDisconnectedListener(one -> heard.add("disconnected " + name(one)));
        bus.addSubscribeListener((who, topic, window) -> heard.add("subscribed " + who + "/" + window + " " + topic));
        bus.addUnsubscribeListener(
                (who, topic, window) -> heard.add("unsubscribed " + who + "/" + window + " " + topic));
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw switch (e.getCause()) {
                case SignalboxException known -> new Refused(known.reason().name(), String.valueOf(known.getMessage()));
                case FaultException fault -> new Refused("REPLY_FAILED", String.valueOf(fault.getMessage()));
                case null, default -> e;
            };
        }
    }

    private static String name(@Nullable Identity identity) {
        return identity == null ? "somebody" : identity.uuid() + "/" + identity.name();
    }

    private static Source source(String written) {
        int slash = written.indexOf('/');
        return written.equals("*")
                ? Source.anyone()
                : slash < 0
                        ? Source.application(written)
                        : Source.window(written.substring(0, slash), written.substring(slash + 1));
    }

    private static String text(String topic, String json, @Nullable Identity source, @Nullable String correlationId) {
        return topic + " " + json + " from " + name(source) + (correlationId == null ? "" : " traced " + correlationId);
    }

    /** Of the past, which has the sender as it is written. */
    private static String text(Message message) {
        String from = message.properties().from();
        byte[] correlation = message.properties().correlation();
        int slash = from == null ? -1 : from.indexOf('/');
        return text(
                message.topic().nativeText(),
                message.payloadText(),
                from == null
                        ? null
                        : slash < 0
                                ? Identity.of(from)
                                : new Identity(from.substring(0, slash), from.substring(slash + 1)),
                correlation == null ? null : new String(correlation, StandardCharsets.UTF_8));
    }

    @Override
    public void connect() {
        join(bus.connect());
    }

    @Override
    public boolean connected() {
        return bus.client().offlineSince().isEmpty();
    }

    @Override
    public void subscribe(String source, String topic, @Nullable String from) {
        Subscription subscription = bus.subscribe(source(source), topic, Object.class, from, this::hear);
        subscriptions.put(source + " " + topic, subscription);
        var unused = join(subscription.granted());
    }

    private void hear(Object message, @Nullable Identity source, MessageContext context) {
        heard.add("message "
                + text(
                        context.topic(),
                        JsonMapper.shared().writeValueAsString(message),
                        source,
                        context.correlationId()));
        TreeSet<String> headers = new TreeSet<>();
        context.headers().forEach((name, value) -> headers.add(name));
        contexts.add(Map.of(
                "id", String.valueOf(context.id()), "time", context.timeMillis(), "headers", List.copyOf(headers)));
        if (message.equals("unbearable")) {
            throw new IllegalStateException("cannot bear it");
        }
    }

    @Override
    public void unsubscribe(String source, String topic) {
        Subscription subscription = subscriptions.remove(source + " " + topic);
        if (subscription == null) {
            throw new IllegalArgumentException("not subscribed to " + topic);
        }
        subscription.close();
    }

    @Override
    public void publish(String topic, Object message, @Nullable String correlationId) {
        var unused = join(bus.publish(topic, message, correlationId).acknowledged());
    }

    @Override
    public void put(String topic, Object message) {
        var unused = join(bus.publish(topic, message).spooled());
    }

    @Override
    public void send(String to, String topic, Object message) {
        int slash = to.indexOf('/');
        join(
                slash < 0
                        ? bus.send(to, topic, message)
                        : bus.send(
                                new Identity(to.substring(0, slash), to.substring(slash + 1)), topic, message, null));
    }

    @Override
    public Object request(String topic, Object question) {
        return join(bus.client().request(Topic.ofNative(topic).text(), question, Object.class, PATIENCE));
    }

    @Override
    public void respond(String topic) {
        SubscribeOptions options = SubscribeOptions.to(
                TopicFilter.ofMqtt(TopicFilter.ofNative(topic).text()));
        var unused = join(bus.client()
                .respond(options, Object.class, question -> {
                    if (question.value().equals("unbearable")) {
                        throw new IllegalStateException("cannot bear it");
                    }
                    return Map.of("asked", question.value());
                })
                .granted());
    }

    @Override
    public List<String> heard() {
        return List.copyOf(heard);
    }

    @Override
    public List<Map<String, Object>> contexts() {
        return List.copyOf(contexts);
    }

    @Override
    public List<String> history(String topic, int last) {
        return join(bus.history(topic, last)).stream()
                .map(stored -> text(stored.message()))
                .toList();
    }

    @Override
    public List<String> replay(String topic, String from) {
        List<String> all = new CopyOnWriteArrayList<>();
        var unused = join(bus.client()
                .past()
                .replay(TopicFilter.ofNative(topic), from, 0, stored -> all.add(text(stored.message()))));
        return all;
    }

    @Override
    public List<String> deadLetters() {
        return join(bus.deadLetters(100)).stream()
                .map(letter -> text(letter.message()))
                .toList();
    }

    @Override
    public Map<String, Long> figures() {
        Statistics statistics = join(bus.stats());
        return Map.of(
                "published", statistics.published(),
                "delivered", statistics.delivered(),
                "pending", statistics.pending(),
                "reconnects", statistics.reconnects(),
                "exactRoutes", figure(statistics, "exactRoutes"),
                "connected", figure(statistics, "connected"));
    }

    private static long figure(Statistics statistics, String name) {
        return ((Number) statistics.server().getOrDefault(name, -1)).longValue();
    }

    @Override
    public List<String> applications() {
        return bus.applications().stream().map(JavaApplication::name).toList();
    }

    @Override
    public void close() {
        bus.close();
    }
}
