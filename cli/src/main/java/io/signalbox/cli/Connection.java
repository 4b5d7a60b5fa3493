package io.signalbox.cli;

import io.signalbox.cli.link.AmqpOptions;
import io.signalbox.cli.link.Endpoint;
import io.signalbox.cli.link.HttpOptions;
import io.signalbox.cli.link.LinkOptions;
import io.signalbox.cli.link.MqttOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where, over what and as whom a command connects, with mosquitto's names for the options. */
final class Connection {
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
            description =
                    "All at once, and over which protocol: mqtt[s]:// or amqp[s]://[NAME[:PASSWORD]@]HOST[:PORT][/TOPIC],"
                            + " MQTT over WebSocket as ws[s]://HOST[:PORT][/PATH] (default: /mqtt), http[s]://HOST[:PORT][/PATH].")
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

    @Mixin
    private final TlsOptions tls = new TlsOptions();

    @Mixin
    private final WillOptions will = new WillOptions();

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
        return server().topic();
    }

    Protocol protocol() {
        return server().scheme().protocol();
    }

    /** MQTT 3.1.1, in which a message says nothing but topic and payload. */
    boolean isMqtt3() {
        return protocol() == Protocol.MQTT && version() != 5;
    }

    int version() {
        return switch (version.toLowerCase(Locale.ROOT)) {
            case "5", "5.0", "mqttv5" -> 5;
            case "3.1.1", "311", "mqttv311", "4" -> 3;
            default -> throw wrong("the protocol version is '" + version + "'; it must be 5 or 3.1.1");
        };
    }

    void checkQos(int qos) {
        if (qos < 0 || qos > 2) {
            throw wrong("the QoS is " + qos + "; it must be 0, 1 or 2");
        }
        if (qos == 2 && protocol() == Protocol.AMQP) {
            throw wrong("AMQP 1.0 settles once, not twice: the QoS is 2; it must be 0 or 1");
        }
    }

    /** Over HTTP only a subscription at QoS 1 has something that a name could be for. */
    void checkNameless() {
        if (protocol() == Protocol.HTTP && (id != null || idPrefix != null || keepSession)) {
            throw wrong("-i, -I and -c are over HTTP for a consumer that settles, which is sub -q 1; leave them out");
        }
    }

    /** @param comesBack whether what is done over AMQP may go on over another connection */
    LinkOptions options(boolean comesBack) throws IOException {
        check();
        Endpoint endpoint = endpoint(comesBack || protocol() != Protocol.AMQP);
        return switch (protocol()) {
            case MQTT -> mqtt(endpoint);
            case AMQP -> new AmqpOptions(endpoint, clientId(), keepSession);
            case HTTP -> new HttpOptions(endpoint, server().apiPath(), clientId(), keepSession);
        };
    }

    /** For a command that speaks nothing else. */
    MqttOptions mqttOptions() throws IOException {
        check();
        if (protocol() != Protocol.MQTT) {
            throw wrong("this command speaks MQTT alone, not " + protocol());
        }
        return mqtt(endpoint(true));
    }

    private MqttOptions mqtt(Endpoint endpoint) {
        return new MqttOptions(
                version(),
                endpoint,
                server().webSocketPath(),
                clientId(),
                !keepSession,
                expirySeconds(),
                keepAliveSeconds,
                will.read(properties),
                (int) properties.number("connect", "receive-maximum", 0, 65_535),
                (int) properties.number("connect", "maximum-packet-size", 0, 268_435_460),
                properties.user("connect"));
    }

    private Endpoint endpoint(boolean comesBack) throws IOException {
        ServerUrl server = server();
        String name = user != null ? user : server.user();
        String secret = password != null
                ? password
                : server.password() != null ? server.password() : System.getenv("SIGNALBOX_PASSWORD");
        boolean secure = tls.asked() || server.scheme().secure();
        return new Endpoint(
                server.host(),
                server.port() > 0 ? server.port() : server.scheme().port(secure),
                secure ? tls.read() : null,
                name,
                // Without a name it would be for somebody else.
                secret == null || name == null && password == null ? null : secret.getBytes(StandardCharsets.UTF_8),
                comesBack && !noReconnect);
    }

    /** @throws ParameterException options that cannot be meant, or not over this protocol */
    void check() {
        // picocli does not note an option whose words a consumer takes.
        protocol()
                .check(
                        command,
                        option -> option.equals("-D")
                                ? !properties.isEmpty()
                                : command.commandLine().getParseResult().hasMatchedOption(option));
        if (keepSession && id == null) {
            throw wrong("-c keeps the session of a client id, so it needs one: add -i NAME");
        }
        if (id != null && idPrefix != null) {
            throw wrong("-i and -I exclude each other; give one of them");
        }
        if (url != null && (host != null || port != null)) {
            throw wrong("--url names host and port already; leave -h and -p out");
        }
        if (tls.isHalf()) {
            throw wrong("--cert and --key belong together; give both");
        }
        Scheme scheme = server().scheme();
        if (tls.asked() && (scheme == Scheme.HTTP || scheme == Scheme.WS)) {
            throw wrong("the URL is not one of TLS; begin it with " + (scheme == Scheme.HTTP ? "https" : "wss")
                    + "://, or leave --tls, --cafile and --cert out");
        }
        if (isMqtt3() && !properties.isEmpty()) {
            throw wrong("-D sets properties of MQTT 5; leave it out, or use -V 5");
        }
        if (isMqtt3() && sessionExpirySeconds != null) {
            throw wrong("-x is of MQTT 5; leave it out, or use -V 5");
        }
        if (keepAliveSeconds < 0 || keepAliveSeconds > 65_535) {
            throw wrong("the keep-alive is " + keepAliveSeconds + "; it must be 0 to 65535 seconds");
        }
        if (port != null && (port < 1 || port > 65_535)) {
            throw wrong("the port is " + port + "; it must be 1 to 65535");
        }
        String wrongWill = will.wrong();
        if (wrongWill != null) {
            throw wrong(wrongWill);
        }
    }

    /** What -L says, or -h and -p of MQTT. */
    private ServerUrl server() {
        if (url == null) {
            return new ServerUrl(
                    Scheme.MQTT, host == null ? "localhost" : host, port == null ? 0 : port, null, null, "");
        }
        try {
            return ServerUrl.of(url);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
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
                    keepSession ? MqttOptions.NEVER_EXPIRES : 0,
                    MqttOptions.NEVER_EXPIRES);
        }
        if (sessionExpirySeconds < -1 || sessionExpirySeconds > MqttOptions.NEVER_EXPIRES) {
            throw wrong("the session expiry is " + sessionExpirySeconds + "; it must be -1 to 4294967295 seconds");
        }
        return sessionExpirySeconds == -1 ? MqttOptions.NEVER_EXPIRES : sessionExpirySeconds;
    }

    ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
