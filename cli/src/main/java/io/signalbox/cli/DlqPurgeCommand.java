package io.signalbox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "purge", description = "Forget dead letters for good.", mixinStandardHelpOptions = true)
final class DlqPurgeCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final DlqSelection selection = new DlqSelection();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (selection.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "say which: ids, --topic, --session, --reason, or --all");
        }
        String ids = selection.ids.isEmpty()
                ? null
                : selection.ids.stream().map(String::valueOf).collect(Collectors.joining(","));
        output.fields(api.delete(
                "/api/v1/dead-letters",
                "ids",
                ids,
                "topic",
                selection.topic,
                "session",
                selection.session,
                "reason",
                selection.reason,
                // Those redriven or replaced are kept for the record; all means these too.
                "resolved",
                selection.all ? "true" : null,
                "all",
                selection.all ? "true" : null));
        return 0;
    }
}
