package io.signalbox.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/** How often, and for how long. */
record Pace(int repeat, double seconds, double warmUpSeconds) {
    private static final double DISCARDED_SECONDS = 2;

    /** Of a broker that needs no warm-up: the generator's code does. */
    private static final double DISCARDED_SECONDS_COMPILED = 0.5;

    /** Of the messages of a scenario that has so many. */
    private static final int DISCARDED_SHARE = 5;

    List<String> arguments(Scenario scenario, RunningBroker broker) {
        return arguments(scenario, broker, seconds, warmUpSeconds);
    }

    /** For the run that only warms the code up, in the broker and here. */
    List<String> discarded(Scenario scenario, RunningBroker broker) {
        double discarded = broker.broker.jvm ? DISCARDED_SECONDS : DISCARDED_SECONDS_COMPILED;
        List<String> arguments = arguments(scenario, broker, Math.min(discarded, seconds), 0.5);
        int count = arguments.indexOf("-n") + 1;
        if (count > 0) {
            arguments.set(count, Long.toString(Long.parseLong(arguments.get(count)) / DISCARDED_SHARE));
        }
        return arguments;
    }

    private static List<String> arguments(Scenario scenario, RunningBroker broker, double seconds, double warmUp) {
        List<String> arguments = new ArrayList<>(List.of(scenario.arguments().split(" ")));
        arguments.addAll(List.of(
                "-p",
                Integer.toString(broker.port()),
                "--pid",
                Long.toString(broker.pid()),
                "--label",
                scenario.id() + "/" + broker.broker.id(),
                "--drain-max",
                "15"));
        if (broker.broker == Broker.NATS_CORE) {
            arguments.addAll(List.of("--proto", "nats"));
        }
        if (scenario.timed()) {
            arguments.addAll(List.of("-d", Double.toString(seconds), "-w", Double.toString(warmUp)));
        }
        return arguments;
    }
}
