package io.signalbox.cli;

import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code pub}, {@code sub} and {@code bench} reach the broker; the options are those of mosquitto's clients. */
final class Connection {
    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // by picocli
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "1883",
            description = "Default: ${DEFAULT-VALUE}.")
    int port;

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description = "Client id; a random one if it is left out.")
    @Nullable
    String clientId;

    @Option(
            names = {"-u", "--username"},
            paramLabel = "NAME",
            description = "User name.")
    private @Nullable String user;

    @Option(
            names = {"-P", "--pw"},
            paramLabel = "PASSWORD",
            description = "Password; better in SIGNALBOX_PASSWORD, where other users do not see it.")
    private @Nullable String password;

    @Option(
            names = {"-k", "--keepalive"},
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Default: ${DEFAULT-VALUE}.")
    private int keepAliveSeconds;

    @Option(names = "--tls", description = "Speak TLS, trusting the authorities of this Java.")
    private boolean tls;

    /** @param reconnect come back by itself after a lost connection */
    Mqtt5BlockingClient client(boolean reconnect, String suffix) {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .serverHost(host)
                .serverPort(port)
                .identifier(
                        clientId == null
                                ? "signalbox-" + UUID.randomUUID().toString().substring(0, 13)
                                : clientId + suffix);
        if (tls) {
            builder = builder.sslWithDefaultConfig();
        }
        if (reconnect) {
            builder = builder.automaticReconnect()
                    .initialDelay(500, TimeUnit.MILLISECONDS)
                    .maxDelay(30, TimeUnit.SECONDS)
                    .applyAutomaticReconnect();
        }
        return builder.buildBlocking();
    }

    /**
     * @param sessionExpirySeconds 0: the session ends with the connection
     * @throws IOException nobody answers there
     * @throws ApiException the broker refused
     */
    void connect(Mqtt5BlockingClient client, boolean cleanStart, long sessionExpirySeconds) throws IOException {
        var connect = client.connectWith()
                .cleanStart(cleanStart)
                .sessionExpiryInterval(sessionExpirySeconds)
                .keepAlive(keepAliveSeconds);
        if (user != null) {
            connect = connect.simpleAuth(auth(user));
        }
        try {
            connect.send();
        } catch (Mqtt5ConnAckException e) {
            Mqtt5ConnAckReasonCode code = e.getMqttMessage().getReasonCode();
            boolean notPermitted = code == Mqtt5ConnAckReasonCode.NOT_AUTHORIZED
                    || code == Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD;
            String reason =
                    e.getMqttMessage().getReasonString().map(r -> ": " + r).orElse("");
            throw new ApiException(notPermitted ? 401 : 400, "the broker refused the connection: " + code + reason);
        } catch (ConnectionFailedException e) {
            throw new IOException(
                    "no broker answers at " + host + ":" + port + "; start one with 'signalbox server'", e);
        }
    }

    private Mqtt5SimpleAuth auth(String name) {
        String secret = password == null ? System.getenv("SIGNALBOX_PASSWORD") : password;
        var auth = Mqtt5SimpleAuth.builder().username(name);
        return secret == null
                ? auth.build()
                : auth.password(secret.getBytes(StandardCharsets.UTF_8)).build();
    }
}
