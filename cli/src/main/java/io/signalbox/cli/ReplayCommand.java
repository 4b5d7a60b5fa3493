package io.signalbox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        description = "Print the past as it is in the log, one JSON object a line.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "FILTER", defaultValue = "#", description = "Topic filter (default: all).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String filter;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            description = "all, last=N, seq=N, 24h, or a time like 2026-01-31T12:00:00Z.")
    private @Nullable String from;

    @Option(
            names = "--speed",
            paramLabel = "X",
            description = "1: as it happened, N: N times as fast (default: at once).")
    private @Nullable String speed;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "At most so many.")
    private @Nullable String limit;

    @Override
    public Integer call() throws IOException {
        Progress progress = Progress.besideOutput(output.stdio(), "messages");
        api.lines(
                "GET",
                "/api/v1/replay",
                null,
                message -> {
                    output.document(message);
                    progress.step();
                    // Flushes as well; false once nobody reads any more.
                    return !output.out().checkError();
                },
                "filter",
                filter,
                "from",
                from,
                "speed",
                speed,
                "limit",
                limit);
        progress.done();
        return 0;
    }
}
