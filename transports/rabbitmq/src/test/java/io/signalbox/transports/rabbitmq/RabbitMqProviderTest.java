package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before it is open is what it is. */
final class RabbitMqProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TransportPlan plan(String... namesAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.put(namesAndValues[i], new Entry(namesAndValues[i + 1], "test"));
        }
        RabbitMqProvider provider = new RabbitMqProvider();
        Settings settings = new Settings("transports.r", entries);
        Problems problems = new Problems();
        settings.check(provider.settings(), problems);
        assertThat(problems.texts()).isEmpty();
        return provider.prepare(settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quorum", "classic"})
    void thePromiseIsWhatTheOpenOneSays(String queues) throws Exception {
        TransportPlan plan = plan(
                "uri",
                RabbitServer.shared().uri().toString(),
                "queues",
                queues,
                "prefix",
                "p-" + queues,
                "queue-settle",
                "0",
                "payload-bytes-max",
                "1MiB");
        Promise promise = plan.promise(Map.of(), Duration.ZERO);
        try (Transport open =
                plan.open(new Surroundings("r", new ManualTimeSource(), WhenAbsent.FAIL, RabbitMqProviderTest::none))) {
            assertThat(promise.capabilities()).isEqualTo(open.capabilities());
            assertThat(promise.guarantees(Message.to(Topic.ofMqtt("a")).build()))
                    .isEqualTo(open.guarantees());
            assertThat(promise.isCertain()).isTrue();
        }
    }

    @Test
    void aServerSaysItsVersionAndAnAbsentOneDoesNotAnswer() throws Exception {
        ServerAnswer answer = Objects.requireNonNull(
                plan("uri", RabbitServer.shared().uri().toString()).probe(PATIENCE));
        assertThat(answer.version()).matches("RabbitMQ \\d+\\.\\d+.*");
        assertThat(answer.responseTime()).isPositive();
        assertThatThrownBy(() -> plan("uri", "amqp://127.0.0.1:1").probe(PATIENCE))
                .isInstanceOf(Exception.class);
    }

    @Test
    void anAddressThatIsNoneIsRefusedWithoutRepeatingThePassword() {
        assertThatThrownBy(() -> plan("uri", "http://user:hush@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("amqp://")
                .hasMessageNotContaining("hush");
        assertThat(plan("uri", "amqps://user:hush@host/vhost").endpoint()).isEqualTo("host:5671");
    }

    private static Transport none(String part) {
        throw new AssertionError(part);
    }
}
