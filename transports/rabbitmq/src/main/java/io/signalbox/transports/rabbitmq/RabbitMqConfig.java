package io.signalbox.transports.rabbitmq;

import io.signalbox.transport.provider.WhenAbsent;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Where the server is, and how it is used.
 *
 * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps}
 * @param prefix all exchanges and queues begin with it, so that several buses share a virtual host; at most 60
 *     characters
 * @param queues what durable sessions and share groups are kept in
 * @param hierarchies first levels of topics with an exchange of their own, so that a large tree of topics is searched
 *     only for messages of that tree
 * @param payloadBytesMax not above the server's {@code max_message_size}
 * @param whenAbsent what opening the transport does while the server cannot be reached
 * @param openWait how long an operation on a session waits for a lost connection to be back
 * @param queueSettle how long it takes at least to create a quorum queue, until it outlives the server's death: less than
 *     3 s is not safe, zero is for tests
 */
public record RabbitMqConfig(
        URI uri,
        String prefix,
        Queues queues,
        List<String> hierarchies,
        int payloadBytesMax,
        PublishLimits publish,
        DeliveryLimits delivery,
        WhenAbsent whenAbsent,
        Duration openWait,
        Duration queueSettle) {

    private static final int PREFIX_LENGTH_MAX = 60;

    /** @throws IllegalArgumentException naming the value and its limit */
    public RabbitMqConfig {
        hierarchies = List.copyOf(hierarchies);
        check(
                !prefix.isBlank()
                        && !prefix.startsWith("amq.")
                        && prefix.length() <= PREFIX_LENGTH_MAX
                        && prefix.chars().allMatch(c -> c > ' ' && c < 127),
                "prefix '" + prefix + "' must be 1 to " + PREFIX_LENGTH_MAX
                        + " printable ASCII characters and not begin with amq.");
        check(
                openWait.isPositive() && !queueSettle.isNegative(),
                "openWait " + openWait + " must be positive, and queueSettle " + queueSettle + " not negative");
        check(payloadBytesMax > 0, "payloadBytesMax " + payloadBytesMax + " must be positive");
        for (String root : hierarchies) {
            check(
                    !root.isEmpty() && root.chars().noneMatch(c -> "/+#$".indexOf(c) >= 0),
                    "hierarchy '" + root + "' must be one level without wildcards");
        }
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** What a queue that must not lose anything is made of. */
    public enum Queues {
        /** Replicated where there are several nodes, flushed to disk before a confirm. No priorities. */
        QUORUM,
        /** On one node, with priorities; newer servers confirm before they flush. */
        CLASSIC
    }

    public static RabbitMqConfig of(URI uri) {
        return new RabbitMqConfig(
                uri,
                "signalbox",
                Queues.QUORUM,
                List.of(),
                16 << 20,
                PublishLimits.DEFAULT,
                DeliveryLimits.DEFAULT,
                WhenAbsent.WAIT,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3));
    }

    public RabbitMqConfig withUri(URI u) {
        return new RabbitMqConfig(
                u, prefix, queues, hierarchies, payloadBytesMax, publish, delivery, whenAbsent, openWait, queueSettle);
    }

    public RabbitMqConfig withPrefix(String p) {
        return new RabbitMqConfig(
                uri, p, queues, hierarchies, payloadBytesMax, publish, delivery, whenAbsent, openWait, queueSettle);
    }

    public RabbitMqConfig withQueues(Queues q) {
        return new RabbitMqConfig(
                uri, prefix, q, hierarchies, payloadBytesMax, publish, delivery, whenAbsent, openWait, queueSettle);
    }

    public RabbitMqConfig withHierarchies(String... roots) {
        return new RabbitMqConfig(
                uri,
                prefix,
                queues,
                List.of(roots),
                payloadBytesMax,
                publish,
                delivery,
                whenAbsent,
                openWait,
                queueSettle);
    }

    public RabbitMqConfig withPayloadBytesMax(int bytes) {
        return new RabbitMqConfig(
                uri, prefix, queues, hierarchies, bytes, publish, delivery, whenAbsent, openWait, queueSettle);
    }

    public RabbitMqConfig withPublish(PublishLimits limits) {
        return new RabbitMqConfig(
                uri, prefix, queues, hierarchies, payloadBytesMax, limits, delivery, whenAbsent, openWait, queueSettle);
    }

    public RabbitMqConfig withDelivery(DeliveryLimits limits) {
        return new RabbitMqConfig(
                uri, prefix, queues, hierarchies, payloadBytesMax, publish, limits, whenAbsent, openWait, queueSettle);
    }

    public RabbitMqConfig withWhenAbsent(WhenAbsent w) {
        return new RabbitMqConfig(
                uri, prefix, queues, hierarchies, payloadBytesMax, publish, delivery, w, openWait, queueSettle);
    }

    public RabbitMqConfig withOpenWait(Duration wait) {
        return new RabbitMqConfig(
                uri, prefix, queues, hierarchies, payloadBytesMax, publish, delivery, whenAbsent, wait, queueSettle);
    }

    public RabbitMqConfig withQueueSettle(Duration settle) {
        return new RabbitMqConfig(
                uri, prefix, queues, hierarchies, payloadBytesMax, publish, delivery, whenAbsent, openWait, settle);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RabbitMQ at " + uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort() + uri.getPath()
                + ", prefix " + prefix + ", " + queues + " queues";
    }
}
