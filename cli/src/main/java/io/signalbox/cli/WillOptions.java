package io.signalbox.cli;

import io.signalbox.cli.link.Outgoing;
import io.signalbox.cli.link.Will;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the server publishes when this client is lost. */
final class WillOptions {
    @Option(
            names = "--will-topic",
            paramLabel = "TOPIC",
            description = "Where the server tells that this client was lost.")
    private @Nullable String topic;

    @Option(names = "--will-payload", paramLabel = "TEXT", description = "What it tells (default: nothing).")
    private @Nullable String payload;

    @Option(names = "--will-qos", paramLabel = "QOS", description = "At which QoS (default: 0).")
    private @Nullable Integer qos;

    @Option(names = "--will-retain", description = "And retained.")
    private boolean retain;

    /** @return what is wrong; null: nothing */
    @Nullable
    String wrong() {
        if (qos != null && (qos < 0 || qos > 2)) {
            return "the QoS of the will is " + qos + "; it must be 0, 1 or 2";
        }
        if (topic == null && (payload != null || qos != null || retain)) {
            return "--will-payload, --will-qos and --will-retain need --will-topic TOPIC";
        }
        if (topic != null) {
            Topic.ofMqtt(topic);
        }
        return null;
    }

    @Nullable
    Will read(MqttProperties properties) {
        return topic == null
                ? null
                : new Will(
                        new Outgoing(
                                topic,
                                (payload == null ? "" : payload).getBytes(StandardCharsets.UTF_8),
                                qos == null ? 0 : qos,
                                retain,
                                properties.of("will")),
                        properties.number("will", "will-delay-interval", 0, 0xFFFF_FFFFL));
    }
}
