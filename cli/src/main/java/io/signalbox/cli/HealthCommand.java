package io.signalbox.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "health",
        description = "Ask whether the server is ready. Exit code 1: it is not, and says why.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        try {
            output.fields(api.get("/health/ready"));
            return 0;
        } catch (ApiException notReady) {
            output.fields(Map.of("status", "not ready", "detail", String.valueOf(notReady.getMessage())));
            return 1;
        }
    }
}
