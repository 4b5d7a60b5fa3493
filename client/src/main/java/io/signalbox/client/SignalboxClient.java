package io.signalbox.client;

import io.signalbox.client.cache.LastValues;
import io.signalbox.client.connection.ConnectionState;
import io.signalbox.client.connection.ConnectionState.Offline;
import io.signalbox.client.connection.LinkOpener;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.http.Past;
import io.signalbox.client.request.Responder;
import io.signalbox.client.request.Responders;
import io.signalbox.client.spool.Publication;
import io.signalbox.client.spool.RefusedMessage;
import io.signalbox.client.subscribe.Listener;
import io.signalbox.client.subscribe.Received;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * A client of a Signalbox server that goes on when there is no connection. What is published waits in the spool, in
 * order, and goes when the server is back, once; what was subscribed to is asked for again.
 *
 * <p>This is the core, whose methods do not block but for {@link #close}; {@link #blocking()} is the same for code that
 * waits. Thread safe.
 */
public final class SignalboxClient implements AutoCloseable {
    private final ClientConfig config;
    private final ClientParts parts;

    private SignalboxClient(ClientConfig config, ClientParts parts) {
        this.config = config;
        this.parts = parts;
    }

    /**
     * Opens the spool; there is no connection before {@link #connect}. Subscribe in between: what waits at the server
     * comes with the connection.
     *
     * @throws IOException if the spool's folder cannot be used
     */
    public static SignalboxClient create(ClientConfig config, ClientListener listener) throws IOException {
        return create(config, listener, ClientParts.hiveMq(config), List.of());
    }

    /**
     * With a part that uses the connection itself, as those do that stand beside a client and not behind its spool.
     *
     * @param companion is told of each connection before anything else uses it
     */
    public static SignalboxClient create(ClientConfig config, ClientListener listener, LinkUser companion)
            throws IOException {
        return create(config, listener, ClientParts.hiveMq(config), List.of(companion));
    }

    public static SignalboxClient create(ClientConfig config) throws IOException {
        return create(config, ClientListener.NONE);
    }

    /** Made and told to connect. */
    public static SignalboxClient open(ClientConfig config) throws IOException {
        SignalboxClient client = create(config);
        var unused = client.connect();
        return client;
    }

    /** Over connections of another kind: for tests. */
    static SignalboxClient create(
            ClientConfig config, ClientListener listener, LinkOpener opener, List<LinkUser> companions)
            throws IOException {
        return new SignalboxClient(config, ClientParts.open(config, listener, opener, companions));
    }

    public ClientConfig config() {
        return config;
    }

    /** Begins to connect, and goes on for ever. @return done with the first connection */
    public CompletionStage<Void> connect() {
        return parts.connect();
    }

    /** QoS 1 and 2 through the spool; QoS 0 now or not at all. */
    public Publication publish(Message message) {
        return message.guarantee() == Guarantee.AT_MOST_ONCE
                ? parts.unspooled.publish(message)
                : parts.spool.publish(message);
    }

    /**
     * At QoS 1, in the preferred format.
     *
     * @param topic levels separated by {@code /}
     * @throws IllegalArgumentException if no codec writes the value
     */
    public Publication publish(String topic, Object value) {
        return publish(Message.to(Topic.ofMqtt(topic)).build(), value);
    }

    /** The same with all that the head says: QoS, time to live, headers, content type. */
    public Publication publish(Message head, Object value) {
        return publish(config.codecs().encode(head, value));
    }

    /** Values of a type, or with {@code Message.class} messages as they are. */
    public <T> Subscription subscribe(SubscribeOptions options, Class<T> type, Listener<T> listener) {
        return parts.typed.subscribe(options, type, listener);
    }

    /** @param filter levels separated by {@code /}; QoS 1 */
    public <T> Subscription subscribe(String filter, Class<T> type, Listener<T> listener) {
        return subscribe(SubscribeOptions.to(filter), type, listener);
    }

    /** Each subscriber gets a subscription of its own, takes as much as it asks for, and settles what it gets. */
    public <T> Flow.Publisher<Received<T>> publisher(SubscribeOptions options, Class<T> type) {
        return parts.typed.publisher(options, type);
    }

    /**
     * Asks, and says in which formats it reads the answer.
     *
     * @return fails with NO_RESPONDERS at once when nobody is there, with a {@link
     *     io.signalbox.client.request.NoReplyException} when nobody answers in time, with a {@link
     *     io.signalbox.client.request.FaultException} when whoever was asked failed
     */
    public <A> CompletionStage<A> request(String topic, Object question, Class<A> type, Duration timeout) {
        Message head = Message.to(Topic.ofMqtt(topic))
                .properties(MessageProperties.builder()
                        .kind(MessageKind.COMMAND)
                        .header(Responders.ACCEPT, String.join(", ", parts.accepted))
                        .build())
                .build();
        return request(config.codecs().encode(head, question), timeout).thenApply(answer -> decode(answer, type));
    }

    /** Asks with a message, and gives the answer as it came. */
    public CompletionStage<Message> request(Message question, Duration timeout) {
        return parts.requests.ask(question, timeout);
    }

    private <A> A decode(Message answer, Class<A> type) {
        Object value = config.codecs().decode(answer, type);
        if (value == null) {
            throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "there is no value in the answer");
        }
        return type.cast(value);
    }

    /** Answers what is asked at a filter. */
    public <Q, A> Subscription respond(SubscribeOptions options, Class<Q> type, Responder<Q, A> responder) {
        return parts.responders.respond(options, type, responder);
    }

    /** Keeps the last message of each topic here, at most so many topics. */
    public LastValues lastValues(SubscribeOptions options, int topicsMax) {
        return LastValues.of(parts.typed, config.codecs(), options, topicsMax);
    }

    /** History, replay, dead letters, figures: what the server's HTTP API tells. */
    public Past past() {
        return parts.past;
    }

    public ConnectionState connection() {
        return parts.connector.state();
    }

    /** Messages that were published and that the server has not answered for. */
    public long pending() {
        return parts.spool.pendingMessages();
    }

    /** Since when there is no connection; empty while there is one, or none was asked for. */
    public Optional<Instant> offlineSince() {
        return connection() instanceof Offline offline ? Optional.of(offline.since()) : Optional.empty();
    }

    public ClientStatus status() {
        return parts.status();
    }

    /** Messages that the server refused for good, oldest first. */
    public List<RefusedMessage> refused(int limit) {
        return parts.spool.refused(limit);
    }

    /** Forgets one of them. @return false: there is none of that sequence */
    public boolean removeRefused(long sequence) {
        return parts.spool.removeRefused(sequence);
    }

    /** Publishes one of them as a new message, and forgets it when that is safe; empty: there is none. */
    public Optional<Publication> sendAgain(long sequence) {
        return parts.spool.sendAgain(sequence);
    }

    public BlockingClient blocking() {
        return new BlockingClient(this, parts::checkMayWait);
    }

    /**
     * Waits until the server has answered for what is pending, {@code closeTimeout} at most and not without a connection;
     * says goodbye; closes the spool. What is pending on disk goes the next time.
     */
    @Override
    public void close() {
        parts.close(false);
    }

    /** As {@link #close}, but the server publishes the will as if the connection had been lost. */
    public void closeWithWill() {
        parts.close(true);
    }
}
