package io.signalbox.cli;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Subscribes over MQTT 5 and prints what comes. */
@Command(
        name = "sub",
        description =
                "Print messages as they come, until Ctrl-C, -C or -W. Comes back by itself after a lost connection.")
final class SubCommand implements Callable<Integer> {
    private static final int TIMED_OUT = 124;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final Output output = new Output();

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-t", "--topic"},
            required = true,
            paramLabel = "FILTER",
            description = "Filter with + and #; may be given more than once.")
    private List<String> filters = List.of();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "1",
            description = "0, 1 or 2 (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = {"-c", "--disable-clean-session"},
            description = "Go on with the session of this id (-i), which the broker keeps while we are away.")
    private boolean durable;

    @Option(
            names = {"-x", "--session-expiry"},
            paramLabel = "SECONDS",
            defaultValue = "4294967295",
            description = "With -c: how long it is kept (default: for ever).")
    private long expirySeconds;

    @Option(
            names = {"-C", "--count"},
            paramLabel = "N",
            description = "End after so many messages.")
    private long count;

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "SECONDS",
            description = "End when so long nothing came; exit code 124.")
    private long timeoutSeconds;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print the topic before the payload.")
    private boolean verbose;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            description = "Begin in the past: last=N, 24h, seq=N, all, or a time.")
    private @Nullable String from;

    @Option(names = "--speed", paramLabel = "X", description = "With --from: 1 as it happened, N times as fast.")
    private @Nullable String speed;

    @Override
    public Integer call() throws IOException {
        if (durable && connection.clientId == null) {
            throw new ApiException(400, "-c needs a client id: give one with -i");
        }
        Mqtt5BlockingClient client = connection.client(true, "");
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL, true)) {
            connection.connect(client, !durable, durable ? expirySeconds : 0);
            subscribe(client);
            return print(publishes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            if (client.getState().isConnected()) {
                client.disconnect();
            }
        }
    }

    private void subscribe(Mqtt5BlockingClient client) {
        MqttQos level = MqttQos.fromCode(qos);
        if (level == null) {
            throw new ApiException(400, "QoS " + qos + " does not exist; use 0, 1 or 2");
        }
        Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
        if (from != null) {
            properties = properties.add("sb-from", from);
        }
        if (speed != null) {
            properties = properties.add("sb-speed", speed);
        }
        for (String filter : filters) {
            try {
                client.subscribeWith()
                        .topicFilter(filter)
                        .qos(level)
                        .userProperties(properties.build())
                        .send();
            } catch (Mqtt5SubAckException e) {
                Mqtt5SubAckReasonCode code = e.getMqttMessage().getReasonCodes().getFirst();
                throw new ApiException(
                        code == Mqtt5SubAckReasonCode.NOT_AUTHORIZED ? 403 : 400,
                        "the broker refused the subscription to '" + filter + "': " + code
                                + e.getMqttMessage()
                                        .getReasonString()
                                        .map(r -> ": " + r)
                                        .orElse(""));
            }
        }
    }

    private int print(Mqtt5BlockingClient.Mqtt5Publishes publishes) throws InterruptedException {
        for (long got = 0; count == 0 || got < count; got++) {
            Mqtt5Publish message;
            if (timeoutSeconds > 0) {
                Optional<Mqtt5Publish> next = publishes.receive(timeoutSeconds, TimeUnit.SECONDS);
                if (next.isEmpty()) {
                    return TIMED_OUT;
                }
                message = next.get();
            } else {
                message = publishes.receive();
            }
            print(message);
            message.acknowledge();
            if (output.out().checkError()) {
                break;
            }
        }
        return 0;
    }

    private void print(Mqtt5Publish message) {
        if (!output.json()) {
            String text = new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
            output.out().println(verbose ? message.getTopic() + " " + text : text);
            return;
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("topic", message.getTopic().toString());
        json.put("qos", message.getQos().getCode());
        json.put("retain", message.isRetain());
        putPayload(json, message.getPayloadAsBytes());
        message.getContentType().ifPresent(type -> json.put("contentType", type.toString()));
        message.getResponseTopic().ifPresent(topic -> json.put("replyTo", topic.toString()));
        message.getMessageExpiryInterval().ifPresent(seconds -> json.put("expiry", seconds));
        List<Map<String, String>> headers = message.getUserProperties().asList().stream()
                .map(p -> Map.of(
                        "name", p.getName().toString(), "value", p.getValue().toString()))
                .toList();
        if (!headers.isEmpty()) {
            json.put("headers", headers);
        }
        output.document(json);
    }

    /** As text where it is UTF-8, else in Base64. */
    static void putPayload(Map<String, @Nullable Object> json, byte[] payload) {
        try {
            json.put(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException binary) {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
    }
}
