package io.signalbox.server.config;

import static io.signalbox.setting.Kinds.bytes;
import static io.signalbox.setting.Kinds.duration;
import static io.signalbox.setting.Kinds.integer;
import static io.signalbox.setting.Kinds.zeroOrDuration;

import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.transport.Durability;
import io.signalbox.transport.OverflowPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every key there is, in the order of the documentation. */
public final class ConfigKeys {
    private static final List<ConfigKey<?>> REGISTERED = new ArrayList<>();
    private static final int MANY = Integer.MAX_VALUE;
    private static final long HUGE = 1L << 50;

    static final ConfigKey<String> MQTT_HOST = key(
            "mqtt.host",
            Kinds.TEXT,
            "127.0.0.1",
            "Address to listen on; 0.0.0.0 for all. Anything but loopback demands an authentication setting.");
    static final ConfigKey<Integer> MQTT_PORT = key(
            "mqtt.port", Kinds.PORT, "1883", "Port to listen on; 0 takes any free one, which the ready line names.");
    static final ConfigKey<Optional<Path>> MQTT_TLS_CERTIFICATE = key(
            "mqtt.tls.certificate",
            Kinds.PATH_OR_NONE,
            "",
            "PEM file with the server's certificate chain; turns TLS on for this port.");
    static final ConfigKey<Optional<Path>> MQTT_TLS_KEY =
            key("mqtt.tls.key", Kinds.PATH_OR_NONE, "", "PEM file with its private key (PKCS #8, no passphrase).");
    static final ConfigKey<Optional<Path>> MQTT_TLS_CLIENT_AUTHORITIES = key(
            "mqtt.tls.client-authorities",
            Kinds.PATH_OR_NONE,
            "",
            "PEM file of authorities; clients are then asked for a certificate signed by one of them.");
    static final ConfigKey<Boolean> MQTT_TLS_CLIENT_REQUIRED = key(
            "mqtt.tls.client-certificate-required", Kinds.FLAG, "false", "Refuse clients without such a certificate.");
    static final ConfigKey<Long> MQTT_PACKET_BYTES_MAX = key(
            "mqtt.packet-bytes-max",
            bytes(128, 268_435_460),
            "1MiB",
            "Largest packet a client may send, header included.");
    static final ConfigKey<Long> MQTT_CONNECT_BYTES_MAX = key(
            "mqtt.connect-bytes-max",
            bytes(128, 268_435_460),
            "128KiB",
            "The same for CONNECT, which strangers may send.");
    static final ConfigKey<Integer> MQTT_CONNECTIONS_MAX =
            key("mqtt.connections-max", integer(1, MANY), "100000", "Connections open at once.");
    static final ConfigKey<Integer> MQTT_CONNECTIONS_PER_ADDRESS_MAX =
            key("mqtt.connections-per-address-max", integer(1, MANY), "100000", "The same from one address.");
    static final ConfigKey<Integer> MQTT_CONNECT_RATE =
            key("mqtt.connect-rate-per-second", integer(1, MANY), "10000", "New connections accepted each second.");
    static final ConfigKey<Duration> MQTT_CONNECT_TIMEOUT =
            key("mqtt.connect-timeout", duration("100ms", "1h"), "10s", "From accept until CONNECT is complete.");
    static final ConfigKey<Duration> MQTT_RETRY_AFTER = key(
            "mqtt.retry-after",
            zeroOrDuration("1ms", "150s"),
            "2s",
            "When MQTT 5 clients that are sent away for a while are told to come back, up to twice as late; 0: not told.");
    static final ConfigKey<Integer> MQTT_BACKLOG =
            key("mqtt.backlog", integer(1, 65_535), "4096", "Connections that the kernel keeps waiting for accept.");
    static final ConfigKey<Duration> MQTT_KEEP_ALIVE_MAX = key(
            "mqtt.keep-alive-max",
            zeroOrDuration("1s", "65535s"),
            "0",
            "Longest keep-alive of MQTT 5 clients; 0: they decide.");
    static final ConfigKey<Integer> MQTT_RECEIVE_MAXIMUM = key(
            "mqtt.receive-maximum",
            integer(1, 65_535),
            "1024",
            "Unacknowledged publishes that one client may have on the way.");
    static final ConfigKey<Long> MQTT_OUTSTANDING_BYTES_MAX = key(
            "mqtt.outstanding-bytes-max",
            bytes(1, HUGE),
            "16MiB",
            "Payload of one client's unacknowledged publishes beyond which nothing more is read from it.");
    static final ConfigKey<Integer> MQTT_TOPIC_ALIAS_MAX =
            key("mqtt.topic-alias-max", integer(0, 65_535), "128", "Topic aliases that one client may bind.");
    static final ConfigKey<Integer> MQTT_SUBSCRIPTIONS_PER_PACKET_MAX = key(
            "mqtt.subscriptions-per-packet-max",
            integer(1, 65_535),
            "1024",
            "Filters in one SUBSCRIBE or UNSUBSCRIBE.");
    static final ConfigKey<String> MQTT_SESSION_EXPIRY_MAX = key(
            "mqtt.session-expiry-max",
            Kinds.TEXT,
            "never",
            "Longest life of a session without a connection; never: no limit.");
    static final ConfigKey<Integer> MQTT_QUEUE_MESSAGES_MAX =
            key("mqtt.queue-messages-max", integer(1, MANY), "10000", "Messages that wait for one session.");
    static final ConfigKey<Long> MQTT_QUEUE_BYTES_MAX = key(
            "mqtt.queue-bytes-max",
            bytes(1, HUGE),
            "256MiB",
            "Bytes of messages that wait for one session: payload, topic, properties.");
    static final ConfigKey<OverflowPolicy> MQTT_OVERFLOW = key(
            "mqtt.overflow",
            Kinds.OVERFLOW,
            "drop-oldest",
            "What happens when a session's queue is full. Every drop is counted and named.");
    static final ConfigKey<Long> MQTT_STRANGERS_BYTES_MAX = key(
            "mqtt.strangers-bytes-max",
            bytes(1 << 10, HUGE),
            "32MiB",
            "Memory for incomplete packets of all clients whose CONNECT is not through.");

    static {
        REGISTERED.addAll(AmqpKeys.all());
    }

    static final ConfigKey<String> HTTP_HOST = key(
            "http.host",
            Kinds.TEXT,
            "127.0.0.1",
            "Address of the HTTP API, health and metrics; the same rule as for mqtt.host.");
    static final ConfigKey<Integer> HTTP_PORT =
            key("http.port", Kinds.PORT, "8080", "Port of it; 0 takes any free one.");
    static final ConfigKey<Optional<Path>> HTTP_TLS_CERTIFICATE =
            key("http.tls.certificate", Kinds.PATH_OR_NONE, "", "PEM file with the certificate chain; turns HTTPS on.");
    static final ConfigKey<Optional<Path>> HTTP_TLS_KEY =
            key("http.tls.key", Kinds.PATH_OR_NONE, "", "PEM file with its private key.");
    static final ConfigKey<Long> HTTP_BODY_BYTES_MAX =
            key("http.body-bytes-max", bytes(1 << 10, 1L << 28), "2MiB", "Largest request body.");
    static final ConfigKey<Integer> HTTP_CONNECTIONS_MAX = key(
            "http.connections-max",
            integer(1, MANY),
            "1000",
            "Connections open at once, WebSockets apart; also requests of all HTTP/2 connections at once, of which one address may have half.");

    static final ConfigKey<Integer> HTTP_CONNECTIONS_PER_ADDRESS_MAX = key(
            "http.connections-per-address-max",
            integer(1, MANY),
            "100000",
            "Connections open from one address, WebSockets among them.");
    static final ConfigKey<Integer> HTTP_CONNECT_RATE =
            key("http.connect-rate-per-second", integer(1, MANY), "10000", "New connections accepted each second.");
    static final ConfigKey<Integer> HTTP_BACKLOG =
            key("http.backlog", integer(1, 65_535), "4096", "Connections that the kernel keeps waiting for accept.");
    static final ConfigKey<Integer> HTTP_STREAMS_PER_CONNECTION_MAX = key(
            "http.streams-per-connection-max",
            integer(1, 100_000),
            "100",
            "Requests that one HTTP/2 connection may have under way; more are refused, and may be sent again.");
    static final ConfigKey<Integer> HTTP_WEBSOCKETS_MAX =
            key("http.websockets-max", integer(0, MANY), "100000", "WebSockets open at once; more are answered 503.");
    static final ConfigKey<Integer> HTTP_REQUESTS_MAX = key(
            "http.requests-max",
            integer(1, 100_000),
            "64",
            "Requests worked on at once; more are answered 503 with Retry-After.");
    static final ConfigKey<Integer> HTTP_STREAMS_MAX = key(
            "http.streams-max",
            integer(1, 100_000),
            "16",
            "Streamed answers under way at once, beside the requests; more are answered 503.");
    static final ConfigKey<Integer> HTTP_WAITS_MAX = key(
            "http.waits-max",
            integer(1, 1_000_000),
            "500",
            "Subscriptions by Server-Sent Events, polls and requests that wait at once; more are answered 503.");
    static final ConfigKey<Integer> HTTP_CONSUMERS_MAX = key(
            "http.consumers-max",
            integer(1, 1_000_000),
            "1000",
            "Consumers, which are the durable sessions of clients that poll, attached at once; more are answered 503.");
    static final ConfigKey<Duration> HTTP_CONSUMER_IDLE_TIMEOUT = key(
            "http.consumer-idle-timeout",
            duration("1s", "24h"),
            "60s",
            "A consumer that nobody polls is detached after it; its queue stays.");
    static final ConfigKey<Duration> HTTP_REQUEST_TIMEOUT = key(
            "http.request-timeout",
            duration("100ms", "1h"),
            "10s",
            "From the first byte of a request until it is complete.");
    static final ConfigKey<Duration> HTTP_IDLE_TIMEOUT = key(
            "http.idle-timeout", duration("1s", "24h"), "60s", "A connection without a request is closed after it.");
    static final ConfigKey<List<String>> HTTP_ORIGINS = key(
            "http.origins",
            Kinds.TEXTS,
            "",
            "Origins of other sites, such as https://console.example, whose pages may change things here and open WebSockets.");
    static final ConfigKey<List<String>> HTTP_HOSTS = key(
            "http.hosts",
            Kinds.TEXTS,
            "",
            "Host names by which the API may be called on loopback, beside localhost and addresses.");

    static final ConfigKey<Path> DATA_DIR = key(
            "data.dir",
            Kinds.PATH,
            "./data",
            "Folder of everything durable; created with mode 0700, and locked by one server at a time.");

    static final ConfigKey<Long> LOG_SEGMENT_BYTES =
            key("log.segment-bytes", bytes(4 << 10, 1 << 30), "10MiB", "Size of a segment file.");
    static final ConfigKey<Integer> LOG_SEGMENTS_MAX = key(
            "log.segments-max",
            integer(2, MANY),
            "100",
            "Segments kept; older ones go unless a durable queue still needs them.");
    static final ConfigKey<Long> LOG_BYTES_MAX =
            key("log.bytes-max", bytes(0, HUGE), "0", "Bytes kept in all; 0: segment size times their count.");
    static final ConfigKey<Duration> LOG_AGE_MAX =
            key("log.age-max", Kinds.DURATION, "0", "Age of what is kept; 0: no limit.");
    static final ConfigKey<Long> LOG_RECORD_BYTES_MAX =
            key("log.record-bytes-max", bytes(1 << 10, 512L << 20), "16MiB", "Largest message that can be stored.");
    static final ConfigKey<Boolean> LOG_RETENTION_IGNORES_QUEUES = key(
            "log.retention-ignores-queues",
            Kinds.FLAG,
            "false",
            "Let retention remove what durable queues still need; each message is then a counted drop.");
    static final ConfigKey<Boolean> LOG_VERIFY_ON_OPEN =
            key("log.verify-on-open", Kinds.FLAG, "false", "Read and check every segment at the start.");

    static final ConfigKey<Integer> BROKER_HISTORY_PER_TOPIC = key(
            "broker.history-per-topic", integer(0, 1_000_000), "100", "Messages of each topic kept for a look back.");
    static final ConfigKey<Long> BROKER_HISTORY_BYTES_MAX = key(
            "broker.history-bytes-max",
            bytes(0, HUGE),
            "64MiB",
            "Memory for all histories; topics longest unused go first.");
    static final ConfigKey<Integer> BROKER_TOPICS_MAX = key(
            "broker.topics-max",
            integer(1, MANY),
            "1000000",
            "Topics remembered; then those longest unused are forgotten, with their history, but for those that have a"
                    + " retained message.");
    static final ConfigKey<Long> BROKER_TOPIC_BYTES_MAX = key(
            "broker.topic-bytes-max",
            bytes(64 << 10, HUGE),
            "128MiB",
            "The same by the length of their names together.");
    static final ConfigKey<Long> BROKER_TRANSIENT_QUEUE_BYTES_MAX = key(
            "broker.transient-queue-bytes-max",
            bytes(1 << 10, HUGE),
            "16MiB",
            "What waits for one slow connection before QoS 0 deliveries to it are dropped.");
    static final ConfigKey<Integer> BROKER_DELIVERY_ATTEMPTS_MAX = key(
            "broker.delivery-attempts-max",
            integer(1, 1_000_000),
            "4",
            "Failed deliveries before a message goes to the dead letters.");
    static final ConfigKey<List<Duration>> BROKER_RETRY_DELAYS = key(
            "broker.retry-delays", Kinds.DURATIONS, "1s, 2s, 4s", "Pause before each retry; the last one is repeated.");
    static final ConfigKey<Duration> BROKER_SUSPECT_GRACE = key(
            "broker.suspect-grace",
            Kinds.DURATION,
            "30s",
            "A lost client may stay away so long before its session counts as offline.");
    static final ConfigKey<Duration> BROKER_DEDUPLICATION_WINDOW = key(
            "broker.deduplication-window",
            Kinds.DURATION,
            "2m",
            "Equal idempotency keys or message ids within it are one message.");
    static final ConfigKey<Integer> BROKER_DEDUPLICATION_ENTRIES_MAX =
            key("broker.deduplication-entries-max", integer(1, 100_000_000), "100000", "Keys remembered at most.");
    static final ConfigKey<Integer> BROKER_SESSIONS_MAX =
            key("broker.sessions-max", integer(1, MANY), "1000000", "Sessions, connected or not.");
    static final ConfigKey<Integer> BROKER_SUBSCRIPTIONS_PER_SESSION_MAX =
            key("broker.subscriptions-per-session-max", integer(1, MANY), "10000", "Subscriptions of one session.");
    static final ConfigKey<Long> BROKER_SNAPSHOT_BYTES = key(
            "broker.snapshot-bytes",
            bytes(64 << 10, HUGE),
            "128MiB",
            "Bytes of log between two snapshots; bounds the time of recovery.");

    static final ConfigKey<String> TOPICS_FILTER =
            key("topics[].filter", Kinds.TEXT, "#", "Which topics a policy is for; the first that matches decides.");
    static final ConfigKey<Durability> TOPICS_QOS0 = key(
            "topics[].at-most-once",
            Kinds.DURABILITY,
            "routed",
            "Durability of QoS 0 messages; above routed they are logged.");
    static final ConfigKey<Durability> TOPICS_ACKNOWLEDGED = key(
            "topics[].acknowledged",
            Kinds.DURABILITY,
            "synced",
            "Durability before a QoS 1 or 2 publish is acknowledged.");
    static final ConfigKey<Boolean> TOPICS_BEST_EFFORT = key(
            "topics[].best-effort",
            Kinds.FLAG,
            "false",
            "Go on without the disk when it fails, and say so, instead of refusing.");

    static final ConfigKey<Optional<Path>> SECURITY_PASSWORD_FILE = key(
            "security.password-file",
            Kinds.PATH_OR_NONE,
            "",
            "Users, a line of USER:HASH each; made with `signalbox passwd FILE USER`.");
    static final ConfigKey<Optional<Path>> SECURITY_PERMISSION_FILE = key(
            "security.permission-file",
            Kinds.PATH_OR_NONE,
            "",
            "Who may publish, subscribe and administer what; without it, users may use all topics and nobody may administer.");
    static final ConfigKey<Optional<Boolean>> SECURITY_ANONYMOUS = key(
            "security.anonymous",
            Kinds.FLAG_OR_AUTO,
            "auto",
            "Let in clients without user name; auto: only without a password file and on loopback.");
    static final ConfigKey<Integer> SECURITY_HASH_THREADS = key(
            "security.hash-threads",
            integer(1, 64),
            "2",
            "Passwords checked at once; each takes some 50 ms and 19 MiB.");
    static final ConfigKey<Integer> SECURITY_HASH_WAITING_MAX = key(
            "security.hash-waiting-max",
            integer(1, 100_000),
            "256",
            "Password checks that may wait; more are answered busy.");
    static final ConfigKey<Integer> SECURITY_HASH_WAITING_PER_ADDRESS_MAX =
            key("security.hash-waiting-per-address-max", integer(1, 100_000), "32", "The same from one address.");

    static final ConfigKey<Integer> SERVER_EVENT_LOOPS = key(
            "server.event-loops", integer(0, 1_024), "0", "Threads that serve connections; 0: one for each processor.");
    static final ConfigKey<Duration> SERVER_SHUTDOWN_TIMEOUT =
            key("server.shutdown-timeout", Kinds.DURATION, "10s", "A graceful shutdown is cut off after it.");

    private ConfigKeys() {}

    private static <T> ConfigKey<T> key(String name, Kind<T> kind, String defaultText, String meaning) {
        ConfigKey<T> key = new ConfigKey<>(name, kind, defaultText, meaning);
        REGISTERED.add(key);
        return key;
    }

    public static List<ConfigKey<?>> all() {
        return List.copyOf(REGISTERED);
    }
}
