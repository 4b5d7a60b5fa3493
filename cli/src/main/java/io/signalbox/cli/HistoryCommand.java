package io.signalbox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "history",
        description = "Show the last messages of a topic, oldest first.",
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "TOPIC", description = "A topic, or a filter with + and #.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String topic;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            defaultValue = "10",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int last;

    @Override
    public Integer call() throws IOException {
        output.messages(
                Api.objects(api.get("/api/v1/history", "topic", topic, "last", Integer.toString(last)), "messages"));
        return 0;
    }
}
