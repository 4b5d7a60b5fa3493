package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.load.LoadException;
import io.signalbox.benchmarks.load.LoadRun;
import io.signalbox.benchmarks.load.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes one run of the load. */
interface Generator {
    JsonMapper JSON = JsonMapper.builder().build();

    /** @return the result's line, or an object whose {@code error} says why there is none */
    ObjectNode run(List<String> arguments) throws IOException, InterruptedException;

    /** Ours, in this process, whose code is warm from one run to the next. */
    static Generator ours() {
        return arguments -> {
            System.gc();
            try {
                return JSON.valueToTree(LoadRun.run(Plan.parse(arguments.toArray(String[]::new))));
            } catch (LoadException e) {
                return error(String.valueOf(e.getMessage()));
            }
        };
    }

    /** Another program that takes the same options and prints a line of JSON with the same names. */
    static Generator program(Path path) {
        return arguments -> {
            List<String> command = new ArrayList<>(List.of(path.toString(), "--json"));
            command.addAll(arguments);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output.lines()
                    .filter(line -> line.startsWith("{"))
                    .reduce((first, last) -> last)
                    .map(line -> nested((ObjectNode) JSON.readTree(line)))
                    .orElseGet(() -> error(output.strip()));
        };
    }

    /** Others have these figures flat. */
    private static ObjectNode nested(ObjectNode line) {
        if (line.path("drain_rate").asDouble(0) > 0) {
            line.putObject("drain").put("rate", line.path("drain_rate").asDouble());
        }
        if (line.has("connect_rate")) {
            line.remove("idle");
            line.putObject("idle")
                    .put("connect_rate", line.path("connect_rate").asDouble())
                    .put("kib_per_conn", line.path("kib_per_conn").asDouble());
        }
        return line;
    }

    static ObjectNode error(String why) {
        return JSON.createObjectNode().put("error", why);
    }
}
