package io.signalbox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "clients",
        description = "List the sessions, connected or not; or end one.",
        mixinStandardHelpOptions = true)
final class ClientsCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Option(names = "--remove", paramLabel = "NAME", description = "End this session for good and forget its queue.")
    private @Nullable String remove;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws IOException {
        if (remove != null) {
            output.fields(api.delete("/api/v1/clients/" + Api.encode(remove)));
            return 0;
        }
        output.rows(Api.objects(api.get("/api/v1/clients", "limit", Integer.toString(limit)), "clients").stream()
                .map(client -> Output.pick(
                        client,
                        "name",
                        "principal",
                        "state",
                        "durable",
                        "queuedMessages",
                        "unsettled",
                        "delivered",
                        "dropped",
                        "subscriptions"))
                .toList());
        return 0;
    }
}
