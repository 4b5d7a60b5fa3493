package io.signalbox.server.config;

import static io.signalbox.setting.Kinds.bytes;
import static io.signalbox.setting.Kinds.integer;
import static io.signalbox.setting.Kinds.zeroOrDuration;

import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.transport.OverflowPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of AMQP 1.0, in the order of the documentation. */
final class AmqpKeys {
    private static final List<ConfigKey<?>> REGISTERED = new ArrayList<>();
    private static final int MANY = Integer.MAX_VALUE;
    private static final long HUGE = 1L << 50;

    static final ConfigKey<Boolean> ENABLED = key(
            "amqp.enabled",
            Kinds.FLAG,
            "false",
            "Listen for AMQP 1.0. Off unless asked for, since another broker may have its port.");
    static final ConfigKey<String> HOST =
            key("amqp.host", Kinds.TEXT, "127.0.0.1", "Address to listen on; the same rule as for mqtt.host.");
    static final ConfigKey<Integer> PORT = key(
            "amqp.port", Kinds.PORT, "5672", "Port to listen on; 0 takes any free one, which the ready line names.");
    static final ConfigKey<Optional<Path>> TLS_CERTIFICATE = key(
            "amqp.tls.certificate",
            Kinds.PATH_OR_NONE,
            "",
            "PEM file with the server's certificate chain; turns TLS on for this port.");
    static final ConfigKey<Optional<Path>> TLS_KEY =
            key("amqp.tls.key", Kinds.PATH_OR_NONE, "", "PEM file with its private key (PKCS #8, no passphrase).");
    static final ConfigKey<Optional<Path>> TLS_CLIENT_AUTHORITIES = key(
            "amqp.tls.client-authorities",
            Kinds.PATH_OR_NONE,
            "",
            "PEM file of authorities; a client with a certificate signed by one of them may use SASL EXTERNAL, and is"
                    + " the user that its common name says.");
    static final ConfigKey<Boolean> TLS_CLIENT_REQUIRED = key(
            "amqp.tls.client-certificate-required", Kinds.FLAG, "false", "Refuse clients without such a certificate.");
    static final ConfigKey<Integer> CONNECTIONS_MAX =
            key("amqp.connections-max", integer(1, MANY), "10000", "Connections open at once.");
    static final ConfigKey<Integer> CONNECTIONS_PER_ADDRESS_MAX =
            key("amqp.connections-per-address-max", integer(1, MANY), "10000", "The same from one address.");
    static final ConfigKey<Integer> CONNECT_RATE =
            key("amqp.connect-rate-per-second", integer(1, MANY), "10000", "New connections accepted each second.");
    static final ConfigKey<Duration> CONNECT_TIMEOUT = key(
            "amqp.connect-timeout",
            Kinds.duration("100ms", "1h"),
            "10s",
            "From accept until the client is let in and has opened its connection.");
    static final ConfigKey<Integer> BACKLOG =
            key("amqp.backlog", integer(1, 65_535), "4096", "Connections that the kernel keeps waiting for accept.");
    static final ConfigKey<Duration> IDLE_TIMEOUT = key(
            "amqp.idle-timeout",
            zeroOrDuration("1s", "24h"),
            "60s",
            "A client that sends nothing at all for so long is gone; 0: it may be silent for ever.");
    static final ConfigKey<Long> FRAME_BYTES_MAX = key(
            "amqp.frame-bytes-max", bytes(512, 16 << 20), "128KiB", "Largest frame, its header included, either way.");
    static final ConfigKey<Long> MESSAGE_BYTES_MAX = key(
            "amqp.message-bytes-max",
            bytes(128, 512 << 20),
            "8MiB",
            "Largest message a client may send, over all its frames.");
    static final ConfigKey<Long> OUTSTANDING_BYTES_MAX = key(
            "amqp.outstanding-bytes-max",
            bytes(128, HUGE),
            "16MiB",
            "Bytes of one client's messages without outcome beyond which nothing more is read from it.");
    static final ConfigKey<Integer> SESSIONS_MAX =
            key("amqp.sessions-max", integer(1, 32_768), "256", "Sessions of one connection.");
    static final ConfigKey<Integer> LINKS_MAX =
            key("amqp.links-max", integer(1, 65_535), "1024", "Links of one connection.");
    static final ConfigKey<Integer> PUBLISHES_MAX = key(
            "amqp.publishes-max",
            integer(1, 65_535),
            "1000",
            "Credit of a link that publishes: messages that it may have on the way or without outcome.");
    static final ConfigKey<Integer> UNSETTLED_MAX = key(
            "amqp.unsettled-max",
            integer(1, 65_535),
            "2000",
            "Deliveries that one receiving link may have unsettled, however much credit it gives.");
    static final ConfigKey<Integer> QUEUE_MESSAGES_MAX = key(
            "amqp.queue-messages-max", integer(1, MANY), "10000", "Messages that wait for one subscription or queue.");
    static final ConfigKey<Long> QUEUE_BYTES_MAX =
            key("amqp.queue-bytes-max", bytes(1, HUGE), "256MiB", "The same in bytes: payload, topic, properties.");
    static final ConfigKey<OverflowPolicy> OVERFLOW = key(
            "amqp.overflow",
            Kinds.OVERFLOW,
            "reject-publish",
            "What happens when a queue or durable subscription is full: its messages were accepted to be kept, so by"
                    + " default more are refused. Every drop is counted and named.");
    static final ConfigKey<OverflowPolicy> VOLATILE_OVERFLOW = key(
            "amqp.volatile-overflow",
            Kinds.OVERFLOW,
            "drop-oldest",
            "The same of subscriptions that end with their link.");
    static final ConfigKey<Integer> QUEUES_MAX = key(
            "amqp.queues-max",
            integer(0, MANY),
            "10000",
            "Queues of the server, which a message to a new name makes; more are refused.");
    static final ConfigKey<Integer> QUEUES_PER_USER_MAX = key(
            "amqp.queues-per-user-max",
            integer(0, MANY),
            "1000",
            "Of them, those that one user may have made since the server started.");
    static final ConfigKey<String> QUEUE_USER = key(
            "amqp.queue-user",
            Kinds.TEXT,
            "amqp-queues",
            "In whose name queues take messages, since they belong to no client; where there are permissions, it needs"
                    + " that to subscribe to what may be queued.");

    private AmqpKeys() {}

    private static <T> ConfigKey<T> key(String name, Kind<T> kind, String defaultText, String meaning) {
        ConfigKey<T> key = new ConfigKey<>(name, kind, defaultText, meaning);
        REGISTERED.add(key);
        return key;
    }

    static List<ConfigKey<?>> all() {
        return List.copyOf(REGISTERED);
    }
}
