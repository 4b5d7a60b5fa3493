package io.signalbox.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the server until SIGTERM or Ctrl-C. */
@Command(
        name = "server",
        description = "Run the server. Without options it listens on loopback alone and keeps its data in ./data.",
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "YAML file; docs/configuration.md lists the keys.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "Short for --set data.dir=DIR.")
    private @Nullable Path data;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key, over file and environment.")
    private Map<String, String> sets = new LinkedHashMap<>();

    @Override
    public Integer call() {
        return new ServerArguments(config, data, sets).run();
    }
}
