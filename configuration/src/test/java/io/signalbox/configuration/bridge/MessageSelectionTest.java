package io.signalbox.configuration.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecProvider;
import io.signalbox.codec.Codecs;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transports.composite.bridge.Bridge;
import io.signalbox.transports.composite.bridge.BridgeConfig;
import io.signalbox.transports.memory.MemoryTransport;
import java.time.Duration;
import java.util.ServiceLoader;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a condition or a codec throws is about the message, and not about the bridge. */
final class MessageSelectionTest {
    private static Message message(String topic) {
        return Message.to(Topic.ofMqtt(topic)).payload("x").build();
    }

    private static Error error(String kind) {
        return switch (kind) {
            case "missing library" -> new NoClassDefFoundError("com/example/Codec");
            case "too deep" -> new StackOverflowError();
            default -> new OutOfMemoryError("on purpose");
        };
    }

    private static MessageSelection selection(String kind) {
        return new MessageSelection(
                Codecs.of(ServiceLoader.load(CodecProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList()),
                (message, payload) -> {
                    if (message.topic().text().equals("orders/bad")) {
                        throw error(kind);
                    }
                    return true;
                },
                null,
                null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing library", "too deep", "out of memory"})
    void anErrorRejectsTheMessageAndLaterOnesCross(String kind) {
        MessageSelection selection = selection(kind);
        assertThatThrownBy(() -> selection.select(message("orders/bad")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(error(kind).getClass().getSimpleName());
        BridgeConfig config = BridgeConfig.of("b", "orders/#").withMapping(new BridgeRule(selection, ""));
        try (MemoryTransport near = MemoryTransport.open();
                MemoryTransport far = MemoryTransport.open();
                Bridge bridge = Bridge.start(config, near, far)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> bridge.health().status() == io.signalbox.transport.Health.Status.UP);
            near.publish(message("orders/bad"));
            near.publish(message("orders/good"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> bridge.counts().carried() == 1);
            assertThat(bridge.counts().rejected()).isEqualTo(1);
        }
    }
}
