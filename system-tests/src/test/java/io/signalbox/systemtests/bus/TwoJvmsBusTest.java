package io.signalbox.systemtests.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.systemtests.process.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The near bus on the embedded broker of this JVM; the far one in another, through the broker's MQTT gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoJvmsBusTest extends BusContract {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private BrokerWithGateway broker;
    private Child far;
    private Bus near;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        broker = new BrokerWithGateway(folder);
        far = far(broker.port);
    }

    static Child far(int port) {
        Child child = Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dlogback.configurationFile=logback-system-tests.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FarProcess.class.getName(),
                        Integer.toString(port),
                        "far"),
                Map.of());
        if (child.awaitLine(FarProcess.READY::equals, PATIENCE) == null) {
            throw new IllegalStateException("the far side ended; it said:\n" + child.tail());
        }
        return child;
    }

    @BeforeEach
    void open() {
        near = near(Bus.over(broker.broker).name("near")).build();
    }

    @AfterEach
    void close() {
        near.close();
    }

    @AfterAll
    void stop() {
        far.terminate();
        far.awaitExit(PATIENCE);
        far.close();
        broker.close();
    }

    @Test
    void deadLettersOfAProcessThatWasKilledAreFoundByTheNextOne() {
        near.publish(new Wire.Fragile("kept", 2));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(deadLettersThere()).hasSize(1));
        List<String> before = deadLettersThere();
        far.kill();
        far.close();
        far = far(broker.port);
        assertThat(deadLettersThere()).isEqualTo(before);
        // The new process has seen no attempt yet: one fails, and its retry, and the next redrive succeeds.
        assertThat(near.execute(new Wire.RedriveAll()).orElseThrow()).isEqualTo("{FAILED_AGAIN=1}");
        assertThat(near.execute(new Wire.RedriveAll()).orElseThrow()).isEqualTo("{RESOLVED=1}");
        assertThat(deadLettersThere()).isEmpty();
    }

    private List<String> deadLettersThere() {
        return near.execute(new Wire.DeadLetters()).orElseThrow();
    }

    @Override
    Bus near() {
        return near;
    }
}
