package io.signalbox.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The script that completes commands and options. */
@Command(
        name = "completion",
        description = "Print the completion script for bash or zsh: source <(signalbox completion bash)",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    /** One script serves both. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(index = "0", paramLabel = "SHELL", defaultValue = "bash", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.bash;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("signalbox", spec.root().commandLine());
        spec.commandLine()
                .getOut()
                .println(shell == Shell.zsh ? "autoload -U bashcompinit; bashcompinit\n" + script : script);
        return 0;
    }
}
