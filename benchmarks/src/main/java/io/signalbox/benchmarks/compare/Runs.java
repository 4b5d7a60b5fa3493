package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/** All runs so far; each is also a line of a file at once, so that an end by force loses none. */
final class Runs {
    private record Run(Scenario scenario, Broker broker, ObjectNode line) {}

    private final Path file;
    private final List<Run> runs = new ArrayList<>();

    Runs(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        Files.writeString(file, "");
    }

    void add(Scenario scenario, Broker broker, int repetition, ObjectNode line) throws IOException {
        line.put("scenario", scenario.id()).put("broker", broker.id()).put("repetition", repetition);
        double delivered =
                line.path("deliver_rate").asDouble(0) * line.path("seconds").asDouble(0);
        if (delivered > 0) {
            line.put("server_nanos_per_delivery", line.path("broker_cpu_s").asDouble(0) * 1e9 / delivered);
        }
        runs.add(new Run(scenario, broker, line));
        Files.writeString(file, Generator.JSON.writeValueAsString(line) + "\n", StandardOpenOption.APPEND);
    }

    /** @return empty if no run of it succeeded */
    Optional<Spread> spread(Scenario scenario, Broker broker, Metric metric) {
        double[] values = lines(scenario, broker).stream()
                .map(metric::of)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
    }

    List<ObjectNode> lines(Scenario scenario, Broker broker) {
        return runs.stream()
                .filter(run -> run.scenario().equals(scenario) && run.broker() == broker)
                .map(Run::line)
                .toList();
    }

    long sum(Broker broker, String field) {
        return runs.stream()
                .filter(run -> run.broker() == broker)
                .mapToLong(run -> run.line().path(field).asLong(0))
                .sum();
    }

    List<String> errors() {
        return runs.stream()
                .filter(run -> run.line().has("error"))
                .map(run -> run.broker().title + ", " + run.scenario().id() + ": "
                        + run.line().path("error").asString())
                .distinct()
                .toList();
    }
}
