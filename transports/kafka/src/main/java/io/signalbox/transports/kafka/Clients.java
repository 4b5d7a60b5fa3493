package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes Kafka's clients as this transport needs them. Each keeps its connections by itself, and connects again after
 * waits that double, with a jitter of a fifth.
 */
record Clients(KafkaConfig config) {
    /** Topic, properties and headers beside the payload. */
    static final int HEADERS_BYTES_MAX = 256 << 10;

    /** Why a message died, and the name of a session. */
    private static final int DEATH_BYTES_MAX = 128 << 10;

    private static final int RECONNECT_MILLIS_MAX = 2_000;
    private static final int BATCH_BYTES = 64 << 10;
    private static final int FETCH_BYTES_MAX = 8 << 20;
    private static final int GROUP_SESSION_MILLIS = 10_000;
    private static final int REQUEST_MILLIS_MAX = 10_000;

    /** So long that a producer never forgets where a topic is: looking it up again would block a publisher. */
    private static final long NEVER_MILLIS = Duration.ofDays(3_650).toMillis();

    private Map<String, Object> common(String role) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, config.prefix() + "-" + role);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MILLIS_MAX);
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return properties;
    }

    private Map<String, Object> withOwn(Map<String, Object> properties) {
        properties.putAll(config.client());
        return properties;
    }

    /**
     * Kafka's clients look for classes by their names in the loader of the thread, which need not be one that has them;
     * so do the threads that they start.
     */
    private static <T> T byOwnLoader(Supplier<T> making) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Clients.class.getClassLoader());
        try {
            return making.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    Admin admin() {
        Map<String, Object> properties = common("admin");
        int wait = (int) config.answerWait().toMillis();
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, wait);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(500, wait / 2));
        return byOwnLoader(() -> Admin.create(withOwn(properties)));
    }

    /**
     * Idempotent: what is sent again after a lost connection is written once, and in order. Never blocks. It lets go of a
     * batch after {@link PublishLimits#hold()}, and sends those behind it.
     */
    Producer<byte[], byte[]> producer(String role) {
        Map<String, Object> properties = common(role);
        PublishLimits limits = config.publish();
        int hold = (int) limits.hold().toMillis();
        int linger = (int) limits.linger().toMillis();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, hold);
        properties.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.max(1, Math.min(REQUEST_MILLIS_MAX, (hold - linger) / 2)));
        properties.put(ProducerConfig.LINGER_MS_CONFIG, linger);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, letterBytesMax());
        // Twice, since the tails of batches stay empty: the bound on publishes is reached first.
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * limits.bytesMax() + (64L << 20));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, NEVER_MILLIS);
        // Otherwise a producer that has lost all its connections forgets where the topics are and refuses what is
        // published until it knows again, which is what waiting for brokers that are away is for.
        properties.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
        return byOwnLoader(
                () -> new KafkaProducer<>(withOwn(properties), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    int recordBytesMax() {
        return config.payloadBytesMax() + HEADERS_BYTES_MAX;
    }

    /** A dead letter is a record that says a little more. */
    int letterBytesMax() {
        return recordBytesMax() + DEATH_BYTES_MAX;
    }

    private Map<String, Object> consuming(String role, String reset) {
        Map<String, Object> properties = common(role);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                config.answerWait().toMillis());
        properties.put(
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.max(1_000, (int) config.answerWait().toMillis() - 500));
        return properties;
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        return byOwnLoader(
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** Reads the partitions it is given; of what is gone the oldest that is left. */
    Consumer<byte[], byte[]> reader() {
        return consumer(withOwn(consuming("read", "earliest")));
    }

    /** As the other, but says when something is gone. */
    Consumer<byte[], byte[]> strictReader() {
        return consumer(withOwn(consuming("session", "none")));
    }

    /** A member of a group, of which Kafka says which partitions it has. */
    Consumer<byte[], byte[]> member(String group) {
        Map<String, Object> properties = consuming("share", "earliest");
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, GROUP_SESSION_MILLIS);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, GROUP_SESSION_MILLIS / 4);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        return consumer(withOwn(properties));
    }

    /** Without waiting for a fetch that is under way. */
    static void end(Consumer<byte[], byte[]> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
