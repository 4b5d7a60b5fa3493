package io.signalbox.systemtests.clients;

import io.signalbox.systemtests.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** paho-mqtt and MQTT.js, each with a script of scenarios in its own language. */
public enum ScriptedClients {
    PAHO_FOR_PYTHON(19, "python/scenarios.py"),
    MQTT_JS_FOR_NODE(12, "js/scenarios.mjs");

    private static final Path SCRIPTS = Path.of(System.getProperty("signalbox.root", "."), "system-tests/src/test");

    /** At least so many scenarios are in the script. */
    private final int scenarios;

    private final String script;

    ScriptedClients(int scenarios, String script) {
        this.scenarios = scenarios;
        this.script = script;
    }

    /** Runs all scenarios against a broker on loopback; fails with what the script said. */
    public void run(int port) {
        run(List.of(Integer.toString(port)));
    }

    /** The same over WebSocket. */
    public void run(int httpPort, String path) {
        run(List.of(Integer.toString(httpPort), path));
    }

    private void run(List<String> arguments) {
        String interpreter = this == MQTT_JS_FOR_NODE
                ? "node"
                : Optional.ofNullable(System.getenv("SIGNALBOX_TEST_PYTHON")).orElse("/usr/bin/python3");
        List<String> command =
                new ArrayList<>(List.of(interpreter, SCRIPTS.resolve(script).toString()));
        command.addAll(arguments);
        try (Child child = Child.start(command, Map.of())) {
            int code = child.awaitExit(Duration.ofMinutes(10));
            long passed = child.lines().stream()
                    .filter(line -> line.startsWith("ok "))
                    .count();
            if (code != 0 || passed < scenarios) {
                throw new AssertionError(
                        this + ": exit code " + code + ", " + passed + " of " + scenarios + " passed\n" + child.tail());
            }
        }
    }
}
