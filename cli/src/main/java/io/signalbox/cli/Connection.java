package io.signalbox.cli;

import io.signalbox.cli.mqtt.LinkOptions;
import io.signalbox.cli.mqtt.Outgoing;
import io.signalbox.cli.mqtt.PublishProperties;
import io.signalbox.cli.mqtt.Tls;
import io.signalbox.cli.mqtt.Will;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where and as whom a command connects over MQTT, with mosquitto's names for the options. */
final class Connection {
    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "The server (default: localhost).")
    private @Nullable String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its port (default: 1883, or 8883 with TLS).")
    private @Nullable Integer port;

    @Option(
            names = {"-L", "--url"},
            paramLabel = "URL",
            description = "All at once: mqtt[s]://[NAME[:PASSWORD]@]HOST[:PORT][/TOPIC].")
    private @Nullable URI url;

    @Option(
            names = {"-V", "--protocol-version"},
            paramLabel = "VERSION",
            defaultValue = "5",
            description = "Of MQTT: 5 or 3.1.1 (default: 5).")
    private String version = "5";

    @Option(
            names = {"-u", "--username"},
            paramLabel = "NAME",
            description = "User name.")
    private @Nullable String user;

    @Option(
            names = {"-P", "--pw"},
            paramLabel = "PASSWORD",
            description =
                    "Password; others on this machine may see it, SIGNALBOX_PASSWORD in the environment is better.")
    private @Nullable String password;

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description = "Client id, the name of the session (default: signalbox-COMMAND- and a random number).")
    private @Nullable String id;

    @Option(
            names = {"-I", "--id-prefix"},
            paramLabel = "PREFIX",
            description = "Client id PREFIX with the process id after it.")
    private @Nullable String idPrefix;

    @Option(
            names = {"-c", "--disable-clean-session"},
            description = "Keep the session: the server holds messages while this client is away. Needs -i.")
    private boolean keepSession;

    @Option(
            names = {"-x", "--session-expiry-interval"},
            paramLabel = "SECONDS",
            description = "How long it does so (MQTT 5; default: for ever with -c, else not at all; -1: for ever).")
    private @Nullable Long sessionExpirySeconds;

    @Option(
            names = {"-k", "--keepalive"},
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Longest silence before this client shows that it is alive (default: 60).")
    private int keepAliveSeconds = 60;

    @Option(names = "--no-reconnect", description = "End with 69 when the connection is lost, instead of coming back.")
    private boolean noReconnect;

    @Option(names = "--quiet", description = "Do not say on standard error what becomes of the connection.")
    private boolean quiet;

    @Option(
            names = {"-d", "--debug"},
            description = "Say on standard error when the server has answered.")
    private boolean debug;

    @Option(names = "--tls", description = "Use TLS, and trust the JDK's authorities.")
    private boolean tls;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "Use TLS, and trust the authorities in this PEM file.")
    private @Nullable Path authorities;

    @Option(names = "--cert", paramLabel = "FILE", description = "This client's certificate, PEM; with --key.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8, no passphrase).")
    private @Nullable Path key;

    @Option(names = "--insecure", description = "With TLS: take a certificate for another host name too.")
    private boolean insecure;

    @Option(
            names = "--will-topic",
            paramLabel = "TOPIC",
            description = "Where the server tells that this client was lost.")
    private @Nullable String willTopic;

    @Option(names = "--will-payload", paramLabel = "TEXT", description = "What it tells (default: nothing).")
    private @Nullable String willPayload;

    @Option(names = "--will-qos", paramLabel = "QOS", description = "At which QoS (default: 0).")
    private @Nullable Integer willQos;

    @Option(names = "--will-retain", description = "And retained.")
    private boolean willRetain;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Mixin
    private final MqttProperties properties = new MqttProperties();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    MqttProperties properties() {
        return properties;
    }

    /** With -d. */
    void debug(String message) {
        if (debug) {
            RootCommand.stdio(command).err().println(message);
        }
    }

    boolean quiet() {
        return quiet;
    }

    /** @param seconds of -W; null: not given */
    void checkTimeout(@Nullable Double seconds) {
        if (seconds != null && !(seconds > 0)) {
            throw wrong("-W is " + seconds + "; it must be more than 0 seconds");
        }
    }

    /** @return the topic in the URL, if there is one */
    @Nullable
    String topicInUrl() {
        String path = url == null ? null : url.getRawPath();
        return path == null || path.length() < 2 ? null : decoded(path.substring(1));
    }

    int version() {
        return switch (version.toLowerCase(Locale.ROOT)) {
            case "5", "5.0", "mqttv5" -> 5;
            case "3.1.1", "311", "mqttv311", "4" -> 3;
            default -> throw wrong("the protocol version is '" + version + "'; it must be 5 or 3.1.1");
        };
    }

    LinkOptions options() throws IOException {
        check();
        String userInUrl = url == null ? null : url.getRawUserInfo();
        String[] credentials = userInUrl == null ? new String[0] : userInUrl.split(":", 2);
        String name = user != null ? user : credentials.length > 0 ? decoded(credentials[0]) : null;
        String secret = password != null
                ? password
                : credentials.length > 1 ? decoded(credentials[1]) : System.getenv("SIGNALBOX_PASSWORD");
        boolean secure = tls || authorities != null || certificate != null || url != null && isSecure(url);
        return new LinkOptions(
                version(),
                host(),
                port(secure),
                secure ? Tls.of(authorities, certificate, key, insecure) : null,
                clientId(),
                !keepSession,
                expirySeconds(),
                keepAliveSeconds,
                name,
                // Without a name it would be for somebody else.
                secret == null || name == null && password == null ? null : secret.getBytes(StandardCharsets.UTF_8),
                will(),
                (int) properties.number("connect", "receive-maximum", 0, 65_535),
                (int) properties.number("connect", "maximum-packet-size", 0, 268_435_460),
                properties.user("connect"),
                !noReconnect);
    }

    private void check() {
        if (keepSession && id == null) {
            throw wrong("-c keeps the session of a client id, so it needs one: add -i NAME");
        }
        if (id != null && idPrefix != null) {
            throw wrong("-i and -I exclude each other; give one of them");
        }
        if (url != null && (host != null || port != null)) {
            throw wrong("--url names host and port already; leave -h and -p out");
        }
        if ((certificate == null) != (key == null)) {
            throw wrong("--cert and --key belong together; give both");
        }
        if (version() != 5 && !properties.isEmpty()) {
            throw wrong("-D sets properties of MQTT 5; leave it out, or use -V 5");
        }
        if (version() != 5 && sessionExpirySeconds != null) {
            throw wrong("-x is of MQTT 5; leave it out, or use -V 5");
        }
        if (keepAliveSeconds < 0 || keepAliveSeconds > 65_535) {
            throw wrong("the keep-alive is " + keepAliveSeconds + "; it must be 0 to 65535 seconds");
        }
        if (port != null && (port < 1 || port > 65_535)) {
            throw wrong("the port is " + port + "; it must be 1 to 65535");
        }
        if (willQos != null && (willQos < 0 || willQos > 2)) {
            throw wrong("the QoS of the will is " + willQos + "; it must be 0, 1 or 2");
        }
        if (willTopic == null && (willPayload != null || willQos != null || willRetain)) {
            throw wrong("--will-payload, --will-qos and --will-retain need --will-topic TOPIC");
        }
        if (willTopic != null) {
            Topic.ofMqtt(willTopic);
        }
    }

    private String host() {
        if (url == null) {
            return host == null ? "localhost" : host;
        }
        String inUrl = url.getHost();
        if (inUrl == null || !(url.getScheme().equals("mqtt") || isSecure(url))) {
            throw wrong("the URL is '" + url + "'; it must be mqtt://HOST or mqtts://HOST, with or without :PORT");
        }
        return inUrl.startsWith("[") ? inUrl.substring(1, inUrl.length() - 1) : inUrl;
    }

    private int port(boolean secure) {
        Integer given = url != null && url.getPort() > 0 ? Integer.valueOf(url.getPort()) : port;
        return given != null ? given : secure ? TLS_PORT : PORT;
    }

    private static boolean isSecure(URI url) {
        return "mqtts".equals(url.getScheme());
    }

    private String clientId() {
        if (id != null) {
            return id;
        }
        if (idPrefix != null) {
            return idPrefix + ProcessHandle.current().pid();
        }
        // Not the process id: two containers may have the same, and would throw each other out.
        return "signalbox-" + command.name() + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private long expirySeconds() {
        if (sessionExpirySeconds == null) {
            return properties.number(
                    "connect",
                    "session-expiry-interval",
                    keepSession ? LinkOptions.NEVER_EXPIRES : 0,
                    LinkOptions.NEVER_EXPIRES);
        }
        if (sessionExpirySeconds < -1 || sessionExpirySeconds > LinkOptions.NEVER_EXPIRES) {
            throw wrong("the session expiry is " + sessionExpirySeconds + "; it must be -1 to 4294967295 seconds");
        }
        return sessionExpirySeconds == -1 ? LinkOptions.NEVER_EXPIRES : sessionExpirySeconds;
    }

    private @Nullable Will will() {
        if (willTopic == null) {
            return null;
        }
        PublishProperties about = properties.of("will");
        return new Will(
                new Outgoing(
                        willTopic,
                        (willPayload == null ? "" : willPayload).getBytes(StandardCharsets.UTF_8),
                        willQos == null ? 0 : willQos,
                        willRetain,
                        about),
                properties.number("will", "will-delay-interval", 0, 0xFFFF_FFFFL));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
