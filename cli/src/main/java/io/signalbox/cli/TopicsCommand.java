package io.signalbox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "topics",
        description = "List topics with a history or a retained message.",
        mixinStandardHelpOptions = true)
final class TopicsCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "FILTER", defaultValue = "#", description = "Topic filter (default: all).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String filter;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws IOException {
        output.rows(
                Api.objects(api.get("/api/v1/topics", "filter", filter, "limit", Integer.toString(limit)), "topics"));
        return 0;
    }
}
