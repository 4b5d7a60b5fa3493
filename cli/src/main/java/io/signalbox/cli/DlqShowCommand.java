package io.signalbox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show one dead letter with all its deaths, as JSON.",
        mixinStandardHelpOptions = true)
final class DlqShowCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "ID", description = "Its id.")
    private long id;

    @Override
    public Integer call() throws IOException {
        if (output.json()) {
            output.document(api.get("/api/v1/dead-letters/" + id));
        } else {
            output.out().println(Json.indented(api.get("/api/v1/dead-letters/" + id)));
        }
        return 0;
    }
}
