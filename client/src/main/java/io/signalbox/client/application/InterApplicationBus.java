package io.signalbox.client.application;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.ClientListener;
import io.signalbox.client.ClientStatus;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.connection.ConnectionState;
import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.connection.Will;
import io.signalbox.client.http.DeadLetter;
import io.signalbox.client.spool.Publication;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applications that know each other by name: docs/applications.md says what goes over the wire. Topics are written with
 * {@code .} between their levels, filters with {@code *} for one level and {@code #} for any at the end. Thread safe.
 */
public final class InterApplicationBus implements AutoCloseable {
    /** How long a lost application counts as here, and what is for it is queued. */
    public static final Duration GRACE = Duration.ofSeconds(30);

    private static final Duration HEARTBEAT = Duration.ofSeconds(20);
    private static final long SETTLE_MILLIS = 5_000;
    private static final long INBOX_PATIENCE_MILLIS = 30_000;
    private static final long GOODBYE_SECONDS = 5;

    private final Identity identity;
    private final SignalboxClient client;
    private final Presence presence;
    private final Directory directory;
    private final Inbox inbox;
    private final List<Subscription> inboxSubscriptions;
    private final AtomicLong delivered = new AtomicLong();

    private InterApplicationBus(Identity identity, ClientConfig config) throws IOException {
        this.identity = identity;
        directory = new Directory(identity, config.codecs(), what -> later(SETTLE_MILLIS, what));
        inbox = new Inbox(identity, what -> later(INBOX_PATIENCE_MILLIS, what));
        presence = new Presence(identity, config.codecs(), config.time(), InterApplicationBus::later);
        client = SignalboxClient.create(config, ClientListener.NONE, new Connection());
        var unusedPresence = client.subscribe(
                SubscribeOptions.to(PresenceDocument.FILTER), Message.class, r -> directory.told(r.message()));
        inboxSubscriptions = inbox.filters().stream()
                .map(filter -> client.subscribe(
                        SubscribeOptions.to(filter).withSettledByHand(true), Message.class, inbox::arrived))
                .toList();
    }

    /** Not on the application's common pool: what is run may wait for a listener. */
    static void later(long millis, Runnable what) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                .execute(what);
    }

    /**
     * @param options changes of the client's defaults, which here are: client id {@code app:} and the identity, 30 s of
     *     grace as session expiry, 20 s of heartbeat
     * @throws IOException if the spool's folder cannot be used
     */
    public static InterApplicationBus create(
            String server, Identity identity, UnaryOperator<ClientConfig.Builder> options) throws IOException {
        ClientConfig.Builder builder = ClientConfig.to(server)
                .clientId("app:" + identity.text())
                .keepAlive(HEARTBEAT)
                .sessionExpiry(GRACE)
                .will(new Will(Presence.absence(identity), GRACE));
        return new InterApplicationBus(identity, options.apply(builder).build());
    }

    public static InterApplicationBus create(String server, Identity identity) throws IOException {
        return create(server, identity, options -> options);
    }

    /** @return done with the first connection, when the server has answered for what others send to this application */
    public CompletionStage<Void> connect() {
        CompletionStage<Void> connected = client.connect();
        for (Subscription subscription : inboxSubscriptions) {
            connected = connected.thenCompose(before -> subscription.granted().handle((granted, refused) -> null));
        }
        return connected;
    }

    public Identity identity() {
        return identity;
    }

    /** To whoever is subscribed. */
    public Publication publish(String topic, Object message) {
        return publish(topic, message, null);
    }

    /** @param correlationId for tracing; null: none */
    public Publication publish(String topic, Object message, @Nullable String correlationId) {
        return client.publish(head(Topic.ofNative(topic), null, correlationId), message);
    }

    /**
     * To all windows of one application.
     *
     * @return done when the server has it for those that are there; fails with NO_RESPONDERS when none is
     */
    public CompletionStage<Void> send(String uuid, String topic, Object message) {
        Source to = Source.application(uuid);
        return send(to, Inbox.topic(uuid, Topic.ofNative(topic)), message, null);
    }

    /**
     * To one window.
     *
     * @return done when the server has it for the addressee; fails with NO_RESPONDERS when he is not there, whichever
     *     other windows of his application are
     */
    public CompletionStage<Void> send(Identity to, String topic, Object message, @Nullable String correlationId) {
        return send(new Source.Window(to), Inbox.topic(to, Topic.ofNative(topic)), message, correlationId);
    }

    private CompletionStage<Void> send(Source to, Topic inbox, Object message, @Nullable String correlationId) {
        Message head = head(inbox, to.text(), correlationId);
        return client.publish(head, message).acknowledged().thenAccept(taken -> {
            if (!taken.subscribers()) {
                throw new SignalboxException(ReasonCode.NO_RESPONDERS, "no application '" + to.text() + "' is there");
            }
        });
    }

    private Message head(Topic topic, @Nullable String to, @Nullable String correlationId) {
        return Message.to(topic)
                .properties(MessageProperties.builder()
                        .id(UUID.randomUUID().toString())
                        .from(identity.text())
                        .to(to)
                        .contentType("application/json")
                        .correlation(correlationId == null ? null : correlationId.getBytes(StandardCharsets.UTF_8))
                        .build())
                .build();
    }

    public <T> Subscription subscribe(Source source, String topic, Class<T> type, MessageListener<T> listener) {
        return subscribe(source, topic, type, null, listener);
    }

    /**
     * What a source publishes, and what it sends to this application alone.
     *
     * @param from for late joiners: {@code last=50}, {@code 1h} and whatever docs/mqtt.md knows; null: from now on
     */
    public <T> Subscription subscribe(
            Source source, String topic, Class<T> type, @Nullable String from, MessageListener<T> listener) {
        TopicFilter filter = TopicFilter.ofNative(topic);
        MessageListener<T> counted = (message, sender, context) -> {
            delivered.incrementAndGet();
            listener.onMessage(message, sender, context);
        };
        BusSubscription<T> subscription =
                new BusSubscription<>(source, filter, type, client.config(), counted, this::unsubscribed);
        SubscribeOptions options = SubscribeOptions.to(TopicFilter.ofMqtt(filter.text()));
        subscription.attach(client.subscribe(
                from == null ? options : options.from(from),
                Message.class,
                r -> subscription.offer(r.message(), r.message().topic())));
        inbox.add(subscription);
        presence.add(source, filter.text());
        return subscription;
    }

    private void unsubscribed(BusSubscription<?> subscription) {
        inbox.remove(subscription);
        presence.remove(subscription.source(), subscription.filter().text());
    }

    /** Hears of applications that come; at the start, of those that are there. Must not block. */
    public void addConnectedListener(Consumer<Identity> listener) {
        directory.onConnected(listener);
    }

    /** Hears of applications that have gone: at once when they said goodbye, after the grace when they are lost. */
    public void addDisconnectedListener(Consumer<Identity> listener) {
        directory.onDisconnected(listener);
    }

    /** Hears when another application subscribes to this one by name. */
    public void addSubscribeListener(SubscriptionListener listener) {
        directory.onSubscribed(listener);
    }

    public void addUnsubscribeListener(SubscriptionListener listener) {
        directory.onUnsubscribed(listener);
    }

    /** Who is there, this application included. */
    public List<Identity> applications() {
        return directory.applications();
    }

    /** The last messages of a topic or filter, oldest first. */
    public CompletionStage<List<StoredMessage>> history(String topic, int last) {
        return client.past().history(TopicFilter.ofNative(topic), last);
    }

    /** What the server could not deliver; an administrator's right. */
    public CompletionStage<List<DeadLetter>> deadLetters(int limit) {
        return client.past().deadLetters(limit);
    }

    public CompletionStage<Statistics> stats() {
        if (client.config().api() == null) {
            return CompletableFuture.completedStage(statistics(Map.of()));
        }
        return client.past().stats().exceptionally(notPermitted -> Map.of()).thenApply(this::statistics);
    }

    private Statistics statistics(Map<String, Object> server) {
        ClientStatus status = client.status();
        return new Statistics(
                status.acknowledged(),
                delivered.get(),
                status.pendingMessages(),
                status.reconnects(),
                applications(),
                server);
    }

    /** The client underneath, for all that is not about applications. */
    public SignalboxClient client() {
        return client;
    }

    /** Says that this application has gone, and closes its client. */
    @Override
    public void close() {
        if (hasLeft()) {
            client.close();
        } else {
            client.closeWithWill(); // Which says it; a clean goodbye would take it back (MQTT 5, 3.14.4).
        }
    }

    /** @return false: the server has not said that it knows */
    private boolean hasLeft() {
        try {
            presence.leave().toCompletableFuture().get(online() ? GOODBYE_SECONDS : 0, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Both are the same to others.
        }
        return false;
    }

    private boolean online() {
        return client.connection() instanceof ConnectionState.Online;
    }

    /** On the conductor, before anything else uses the connection. */
    private final class Connection implements LinkUser {
        @Override
        public void linkUp(Link link) {
            directory.linkUp(link.sessionPresent());
            presence.linkUp(link);
        }

        @Override
        public void linkDown() {
            directory.linkDown();
            presence.linkDown();
        }
    }
}
