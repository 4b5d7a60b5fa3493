package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** All runs so far; each is also a line of a file at once, so that an end by force loses none. */
final class Runs {
    private record Run(String scenario, Broker broker, ObjectNode line) {}

    /** Null: nothing more is added. */
    private final @Nullable Path file;

    private final Extent extent;
    private final List<Run> runs = new ArrayList<>();

    private Runs(@Nullable Path file, Extent extent) {
        this.file = file;
        this.extent = extent;
    }

    /** Begins the file anew. */
    static Runs into(Path file, Extent extent) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        Files.writeString(file, "");
        return new Runs(file, extent);
    }

    /**
     * Those of an earlier comparison.
     *
     * @throws IOException also if there is none, or something else
     */
    static Runs read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + " is not there; a comparison writes its runs.jsonl");
        }
        Runs read = null;
        for (String text : Files.readAllLines(file)) {
            try {
                ObjectNode line = (ObjectNode) Generator.JSON.readTree(text);
                if (read == null) {
                    read = new Runs(null, Extent.ofId(line.path("extent").asString()));
                }
                String scenario = line.path("scenario").asString();
                read.runs.add(new Run(scenario, Broker.ofId(line.path("broker").asString()), line));
            } catch (JacksonException | ClassCastException | IllegalArgumentException e) {
                // The last one may have been cut off.
                System.err.println("compare: " + file + " has a line that is no run: " + text);
            }
        }
        if (read == null) {
            throw new IOException(file + " has no run in it");
        }
        return read;
    }

    Extent extent() {
        return extent;
    }

    void add(Scenario scenario, Broker broker, int repetition, ObjectNode line) throws IOException {
        line.put("scenario", scenario.id())
                .put("broker", broker.id())
                .put("repetition", repetition)
                .put("extent", extent.id());
        double delivered =
                line.path("deliver_rate").asDouble(0) * line.path("seconds").asDouble(0);
        if (delivered > 0) {
            line.put("server_nanos_per_delivery", line.path("broker_cpu_s").asDouble(0) * 1e9 / delivered);
        }
        runs.add(new Run(scenario.id(), broker, line));
        Path to = Objects.requireNonNull(file, "runs that were read are not added to");
        Files.writeString(to, Generator.JSON.writeValueAsString(line) + "\n", StandardOpenOption.APPEND);
    }

    /** Where and when runs were made that are not of the one comparison all others are of: their field {@code apart}. */
    List<String> apart(Scenario scenario, Broker broker) {
        return of(scenario, broker)
                .map(run -> run.line().path("apart").asString(""))
                .filter(words -> !words.isEmpty())
                .distinct()
                .toList();
    }

    /** Of a broker and the generator, in percent of one core: {@code 132 + 27}; empty if no run has any. */
    Optional<String> processor(Scenario scenario, Broker broker) {
        double[] server = values(scenario, broker, "broker_cpu_pct");
        double[] generator = values(scenario, broker, "gen_cpu_pct");
        return server.length == 0 || generator.length == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%.0f + %.0f",
                        Spread.of(server).median(),
                        Spread.of(generator).median()));
    }

    private double[] values(Scenario scenario, Broker broker, String field) {
        return of(scenario, broker)
                .mapToDouble(run -> run.line().path(field).asDouble(0))
                .filter(value -> value > 0)
                .toArray();
    }

    boolean has(Scenario scenario) {
        return runs.stream().anyMatch(run -> run.scenario().equals(scenario.id()));
    }

    boolean has(Broker broker) {
        return runs.stream().anyMatch(run -> run.broker() == broker);
    }

    /** @return empty if no run of it succeeded */
    Optional<Spread> spread(Scenario scenario, Broker broker, Metric metric) {
        double[] values = of(scenario, broker)
                .map(Run::line)
                .map(metric::of)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private Stream<Run> of(Scenario scenario, Broker broker) {
        return runs.stream().filter(run -> run.scenario().equals(scenario.id()) && run.broker() == broker);
    }

    List<ObjectNode> lines(Scenario scenario, Broker broker) {
        return of(scenario, broker).map(Run::line).toList();
    }

    long sum(Broker broker, String field) {
        return runs.stream()
                .filter(run -> run.broker() == broker)
                .mapToLong(run -> run.line().path(field).asLong(0))
                .sum();
    }

    long sum(Scenario scenario, Broker broker, String field) {
        return of(scenario, broker)
                .mapToLong(run -> run.line().path(field).asLong(0))
                .sum();
    }

    List<String> errors() {
        return runs.stream()
                .filter(run -> run.line().has("error"))
                .map(run -> run.broker().title + ", " + run.scenario() + ": "
                        + run.line().path("error").asString())
                .distinct()
                .toList();
    }
}
