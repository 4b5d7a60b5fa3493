package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.connection.ResponseTimes;
import io.signalbox.transports.connection.Supervisor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** From a message to a publish under way: which exchange, which key, whether there is room. Any thread. */
final class Publishing {
    private static final long CLOSE_MILLIS = 10_000;

    private final Names names;
    private final MessageMapping mapping;
    private final TimeSource time;
    private final PublishBound bound;
    private final Publisher publisher;
    private final Supervisor<PublishChannels> connection;
    private final long instance;
    private final AtomicLong numbers = new AtomicLong();

    /** @param confirmed the level that a confirm means */
    Publishing(
            Topology topology,
            MessageMapping mapping,
            Connections connections,
            Breaker breaker,
            ResponseTimes responseTimes,
            Durability confirmed,
            long instance,
            TimeSource time) {
        RabbitMqConfig config = topology.config();
        names = topology.names();
        this.mapping = mapping;
        this.instance = instance;
        this.time = time;
        bound = new PublishBound(
                config.publish().messagesMax(), config.publish().bytesMax());
        publisher = new Publisher(connections, topology, new Answers(bound, responseTimes, confirmed), time);
        connection = new Supervisor<>("rabbitmq-publish", publisher, connections.backoff(), breaker, responseTimes);
    }

    CompletionStage<Void> start() {
        publisher.start();
        return connection.start().firstTry();
    }

    Health health() {
        String heldBack = publisher.heldBack();
        return heldBack == null
                ? connection.health()
                : new Health(Health.Status.DEGRADED, "RabbitMQ holds publishers back: " + heldBack);
    }

    /** @param session null, or the name of the session that publishes */
    void publish(Message message, @Nullable String session, PublishCallback callback, long context) {
        Message stamped = message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(time.millis()).build()
                : message;
        long number = numbers.incrementAndGet();
        String key;
        BasicProperties properties;
        try {
            key = Names.routingKey(message.topic());
            properties = mapping.properties(stamped, session, new Origin(instance, number).bytes());
        } catch (SignalboxException e) {
            callback.refused(context, new Refusal(e.reason(), String.valueOf(e.getMessage())));
            return;
        }
        Refusal refusal = enter(message.payload().length);
        if (refusal != null) {
            callback.refused(context, refusal);
            return;
        }
        boolean light = message.guarantee() == Guarantee.AT_MOST_ONCE;
        publisher.submit(new Outgoing(
                exchange(light, message.topic().isSystem()),
                key,
                properties,
                message.payload(),
                light,
                number,
                callback,
                context,
                time.millis()));
    }

    private String exchange(boolean light, boolean system) {
        if (light) {
            return system ? names.lightSystemTopics() : names.lightTopics();
        }
        return system ? names.systemTopics() : names.topics();
    }

    /**
     * A message that is on its way elsewhere, as it came but for its origin, since this is another publish. Unsettled
     * deliveries are bounded by their sessions' credit.
     */
    void forward(String exchange, String key, BasicProperties properties, byte[] body, PublishCallback callback) {
        long number = numbers.incrementAndGet();
        Map<String, Object> headers = new HashMap<>(properties.getHeaders());
        headers.put(Origin.HEADER, new Origin(instance, number).bytes());
        BasicProperties own = properties.builder().headers(headers).build();
        bound.enterAnyway(body.length);
        publisher.submit(new Outgoing(exchange, key, own, body, false, number, callback, 0, time.millis()));
    }

    private @Nullable Refusal enter(int bytes) {
        if (publisher.isAwayForTooLong()) {
            return new Refusal(
                    ReasonCode.BUSY,
                    "RabbitMQ cannot be reached for longer than a publish waits: "
                            + connection.health().detail());
        }
        return bound.enter(bytes);
    }

    void close() {
        publisher.close(CLOSE_MILLIS);
        connection.close();
    }
}
