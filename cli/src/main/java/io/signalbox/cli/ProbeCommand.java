package io.signalbox.cli;

import io.signalbox.configuration.Probes;
import io.signalbox.configuration.Probes.Probed;
import io.signalbox.server.config.ConfigurationException;
import io.signalbox.transport.provider.ServerAnswer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "probe",
        description = {
            "Ask the servers of all configured transports whether they are there, which version they are, and how quickly"
                    + " they answer.",
            "Exit code 69: one of them did not answer; 78: the configuration is wrong."
        },
        mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
    @Mixin
    private final ConfigurationOptions configuration = new ConfigurationOptions();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws ConfigurationException {
        List<Probed> probed = Probes.ask(configuration.load().transports().hierarchy(), configuration.timeout());
        output.rows(probed.stream().map(ProbeCommand::row).toList());
        return probed.stream().allMatch(Probed::reachable) ? 0 : Failures.UNAVAILABLE;
    }

    private static Map<String, @Nullable Object> row(Probed probed) {
        ServerAnswer answer = probed.answer();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("transport", probed.name());
        row.put("type", probed.type());
        row.put("endpoint", probed.endpoint());
        row.put("reachable", answer != null ? "yes" : probed.reachable() ? "" : "NO");
        row.put("millis", answer == null ? null : answer.responseTime().toMillis());
        row.put("version", answer == null ? probed.trouble() : answer.version());
        return row;
    }
}
