package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.Brokers;
import io.signalbox.systemtests.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** paho-mqtt and MQTT.js, each with a script of scenarios in its own language. */
class ScriptedClientsTest {
    private static final Path SCRIPTS = Path.of(System.getProperty("signalbox.root", ".."), "system-tests/src/test");

    private static BrokerProcess broker;

    @BeforeAll
    static void start() {
        broker = Brokers.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void pahoForPython() {
        String python =
                Optional.ofNullable(System.getenv("SIGNALBOX_TEST_PYTHON")).orElse("/usr/bin/python3");
        run(19, python, SCRIPTS.resolve("python/scenarios.py"));
    }

    @Test
    void mqttJsForNode() {
        run(12, "node", SCRIPTS.resolve("js/scenarios.mjs"));
    }

    private static void run(int scenarios, String interpreter, Path script) {
        try (Child child =
                Child.start(List.of(interpreter, script.toString(), Integer.toString(broker.mqttPort())), Map.of())) {
            int code = child.awaitExit(Duration.ofMinutes(10));
            String output = String.join("\n", child.lines());
            assertThat(code).as(output).isZero();
            assertThat(child.lines().stream().filter(line -> line.startsWith("ok ")))
                    .as(output)
                    .hasSizeGreaterThanOrEqualTo(scenarios);
        }
    }
}
