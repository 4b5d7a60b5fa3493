package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** From RabbitMQ to Kafka. */
class RabbitToKafkaTest extends BridgeEndToEnd {
    RabbitToKafkaTest() {
        super(KafkaFarSide::new);
    }

    @Test
    void theCommandLineSaysWhatTheClusterGives() {
        try (Command probe = new Command(config, "probe", "--timeout", "20000");
                Command order = new Command(config, "explain", "Order", "--timeout", "20000");
                Command synced =
                        new Command(config, "explain", "imported/1", "--needs", "synced", "--timeout", "20000")) {
            assertThat(probe.lines(0))
                    .anyMatch(line -> line.matches("far +kafka +127\\.0\\.0\\.1:\\d+ +yes +\\d+ +Kafka, 1 broker.*"));
            assertThat(order.lines(0))
                    .anyMatch(line -> line.startsWith("durability  " + far.durability()))
                    .contains("needs       durable: given", "needs       ordered: given");
            assertThat(synced.lines(1))
                    .anyMatch(line -> line.startsWith("needs       synced: NOT GIVEN: it gives " + far.durability()));
        }
    }
}
