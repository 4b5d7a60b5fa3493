package io.signalbox.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry of the command. */
@Command(
        name = "signalbox",
        description = "One message bus from a method call to a fleet of devices.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or what the command says",
            "2:wrong usage",
            "69:the server or a file is not there",
            "70:a fault of this command",
            "77:not permitted",
            "124:timed out"
        },
        versionProvider = VersionProvider.class,
        subcommands = {
            ServerCommand.class,
            PubCommand.class,
            SubCommand.class,
            HistoryCommand.class,
            ReplayCommand.class,
            DlqCommand.class,
            StatsCommand.class,
            LedgerCommand.class,
            ClientsCommand.class,
            TopicsCommand.class,
            TopCommand.class,
            HealthCommand.class,
            LogCommand.class,
            BenchCommand.class,
            PasswdCommand.class,
            CompletionCommand.class
        })
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
