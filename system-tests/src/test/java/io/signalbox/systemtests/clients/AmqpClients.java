package io.signalbox.systemtests.clients;

import java.util.List;

/** qpid-proton and rhea, each with a script of scenarios in its own language. */
enum AmqpClients {
    QPID_PROTON_FOR_PYTHON(5, "python/amqp.py"),
    RHEA_FOR_NODE(6, "js/amqp.mjs");

    /** At least so many scenarios are in the script. */
    private final int scenarios;

    private final Script script;

    AmqpClients(int scenarios, String file) {
        this.scenarios = scenarios;
        this.script = new Script(file);
    }

    void scenarios(int port) {
        script.run(scenarios, List.of(Integer.toString(port), "scenarios"));
    }

    /** The same through a WebSocket; rhea alone can. */
    void scenariosOverWebSocket(String url) {
        script.run(scenarios, List.of("0", "scenarios", url));
    }

    /** Leaves a message that says all it can of itself. */
    void send(int port) {
        script.run(1, List.of(Integer.toString(port), "send"));
    }

    /** Takes the other client's message and looks at all of it. */
    void check(int port) {
        script.run(1, List.of(Integer.toString(port), "check"));
    }
}
