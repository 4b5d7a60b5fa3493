package io.signalbox.cli;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Publishes over MQTT 5. */
@Command(name = "pub", description = "Publish messages. Ends when the broker has acknowledged them.")
final class PubCommand implements Callable<Integer> {
    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-t", "--topic"},
            required = true,
            paramLabel = "TOPIC",
            description = "Topic, levels separated by /.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String topic;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Source source;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "0, 1 or 2 (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = {"-r", "--retain"},
            description = "Keep it as the topic's last value.")
    private boolean retain;

    @Option(names = "--expiry", paramLabel = "SECONDS", description = "Not delivered after this time.")
    private @Nullable Long expirySeconds;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description =
                    "User property; sb-priority, sb-idempotency-key and sb-ordering-key mean something to the broker.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Send it so many times.")
    private int repeat;

    /** Where the payload comes from. */
    static final class Source {
        @Option(
                names = {"-m", "--message"},
                paramLabel = "TEXT",
                description = "The payload.")
        @Nullable
        String message;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "A file with the payload.")
        @Nullable
        Path file;

        @Option(
                names = {"-l", "--stdin-line"},
                description = "Each line of standard input is a message.")
        boolean lines;

        @Option(
                names = {"-s", "--stdin-file"},
                description = "All of standard input is one message.")
        boolean stdin;

        @Option(
                names = {"-n", "--null-message"},
                description = "An empty message; with -r it clears the last value.")
        boolean empty;
    }

    @Override
    public Integer call() throws IOException {
        Mqtt5BlockingClient client = connection.client(false, "");
        connection.connect(client, true, 0);
        try {
            if (source.lines) {
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                String line;
                while ((line = in.readLine()) != null) {
                    publish(client, line.getBytes(StandardCharsets.UTF_8));
                }
            } else {
                byte[] payload = payload();
                for (int i = 0; i < repeat; i++) {
                    publish(client, payload);
                }
            }
        } catch (Mqtt5PubAckException e) {
            throw new ApiException(
                    400,
                    "the broker refused the message: " + e.getMqttMessage().getReasonCode()
                            + e.getMqttMessage()
                                    .getReasonString()
                                    .map(r -> ": " + r)
                                    .orElse(""));
        } catch (Mqtt5PubRecException e) {
            throw new ApiException(
                    400,
                    "the broker refused the message: " + e.getMqttMessage().getReasonCode()
                            + e.getMqttMessage()
                                    .getReasonString()
                                    .map(r -> ": " + r)
                                    .orElse(""));
        } finally {
            if (client.getState().isConnected()) {
                client.disconnect();
            }
        }
        return 0;
    }

    private byte[] payload() throws IOException {
        if (source.file != null) {
            return Files.readAllBytes(source.file);
        }
        if (source.stdin) {
            return System.in.readAllBytes();
        }
        return source.message == null ? new byte[0] : source.message.getBytes(StandardCharsets.UTF_8);
    }

    private void publish(Mqtt5BlockingClient client, byte[] payload) {
        MqttQos level = MqttQos.fromCode(qos);
        if (level == null) {
            throw new ApiException(400, "QoS " + qos + " does not exist; use 0, 1 or 2");
        }
        Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            properties = properties.add(header.getKey(), header.getValue());
        }
        var publish = Mqtt5Publish.builder()
                .topic(topic)
                .qos(level)
                .payload(payload)
                .retain(retain)
                .userProperties(properties.build());
        if (expirySeconds != null) {
            publish = publish.messageExpiryInterval(expirySeconds);
        }
        client.publish(publish.build());
    }
}
