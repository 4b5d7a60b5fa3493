package io.signalbox.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry of the command. Exit codes: 0 done, 2 usage, 69 unavailable, 77 not permitted; each command names its own. */
@Command(
        name = "signalbox",
        description = "One message bus from a method call to a fleet of devices.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        subcommands = {ServerCommand.class, LogCommand.class})
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(args, new PrintWriter(System.out, true, StandardCharsets.UTF_8)));
    }

    static int run(String[] args, PrintWriter out) {
        return new CommandLine(new Main())
                .setOut(out)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("signalbox: " + Failures.text(failure));
                    return Failures.exitCode(failure);
                })
                .execute(args);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }
}
