package io.signalbox.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "redrive",
        description = "Publish dead letters again. Exit code 1: one was refused; those before it are done.",
        mixinStandardHelpOptions = true)
final class DlqRedriveCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final DlqSelection selection = new DlqSelection();

    @Option(names = "--to", paramLabel = "TOPIC", description = "Another topic than the one it came from.")
    private @Nullable String target;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many a second.")
    private int rate;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (selection.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "say which: ids, --topic, --session, --reason, or --all");
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (selection.ids.isEmpty()) {
            body.put("query", selection.query());
        } else {
            body.put("ids", selection.ids);
        }
        if (target != null) {
            body.put("target", target);
        }
        body.put("rate", rate);
        Progress progress = Progress.of(output.stdio(), "redriven", 0);
        Map<String, @Nullable Object> last = new LinkedHashMap<>();
        api.lines("POST", "/api/v1/dead-letters/redrive", body, line -> {
            last.clear();
            last.putAll(line);
            progress.at(line.get("redriven"));
            return true;
        });
        progress.done();
        output.fields(last);
        return last.containsKey("problem") ? 1 : 0;
    }
}
