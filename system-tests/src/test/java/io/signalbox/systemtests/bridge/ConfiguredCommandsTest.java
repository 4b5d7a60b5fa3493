package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at a configuration, which need no server of Signalbox. */
class ConfiguredCommandsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void theCommandLineExplainsAndProbesWhatIsConfigured() throws IOException {
        try (FarSide far = new RedisFarSide()) {
            Path config = config(far);
            try (Command probe = new Command(config, "probe", "--timeout", "20000");
                    Command plan = new Command(config, "explain", "--timeout", "20000");
                    Command order = new Command(config, "explain", "Order", "--timeout", "20000");
                    Command priority = new Command(config, "explain", "imported/1", "--needs", "priority")) {
                assertThat(probe.lines(0))
                        .anyMatch(line -> line.matches("far +redis +127\\.0\\.0\\.1:\\d+ +yes +\\d+ +Redis .*"));
                assertThat(plan.lines(0)).containsExactly("Order (imported/#) -> far: durable, ordered");
                assertThat(order.lines(0))
                        .anyMatch(line -> line.startsWith("durability  " + far.durability()))
                        .contains("needs       durable: given");
                assertThat(priority.lines(1)).contains("needs       priority: NOT GIVEN: it has no PRIORITY");
            }
            far.kill();
            try (Command probe = new Command(config, "probe", "--timeout", "1000");
                    Command other = new Command(config, "explain", "other", "--timeout", "1000");
                    Command order = new Command(config, "explain", "Order", "--timeout", "1000")) {
                assertThat(probe.lines(69)).anyMatch(line -> line.matches("far +.* +NO .*"));
                assertThat(other.lines(69)).anyMatch(line -> line.startsWith("beware      its server did not answer"));
                assertThat(order.lines(69)).contains("needs       durable: not known, its server did not answer");
            }
        }
    }

    private Path config(FarSide far) throws IOException {
        return Files.writeString(folder.resolve("bus.yaml"), """
                transport: far
                transports:
                  far: {%s}
                messages:
                  - {type: Order, topics: imported/#, transport: far, needs: [durable, ordered]}
                """.formatted(String.join(", ", far.settings())));
    }
}
