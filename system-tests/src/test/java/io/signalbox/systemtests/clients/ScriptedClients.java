package io.signalbox.systemtests.clients;

import java.util.List;

/** paho-mqtt and MQTT.js, each with a script of scenarios in its own language. */
public enum ScriptedClients {
    PAHO_FOR_PYTHON(19, "python/scenarios.py"),
    MQTT_JS_FOR_NODE(12, "js/scenarios.mjs");

    /** At least so many scenarios are in the script. */
    private final int scenarios;

    private final Script script;

    ScriptedClients(int scenarios, String file) {
        this.scenarios = scenarios;
        this.script = new Script(file);
    }

    /** Runs all scenarios against a broker on loopback; fails with what the script said. */
    public void run(int port) {
        script.run(scenarios, List.of(Integer.toString(port)));
    }

    /** The same over WebSocket. */
    public void run(int httpPort, String path) {
        script.run(scenarios, List.of(Integer.toString(httpPort), path));
    }
}
