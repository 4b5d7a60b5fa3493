package io.signalbox.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** What stands before all commands, and how their failures are told. */
@Command(
        name = "signalbox",
        description = "One message bus from a method call to a fleet of devices.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or what the command says",
            "2:wrong usage",
            "69:the server or a file is not there",
            "70:a fault of this command",
            "77:not permitted",
            "78:the configuration is wrong",
            "124:timed out"
        },
        footer = "%nHelp on a command: signalbox COMMAND --help")
final class RootCommand implements Runnable {
    private final Stdio stdio;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private RootCommand(Stdio stdio) {
        this.stdio = stdio;
    }

    /** @return the exit code */
    static int run(Stdio stdio, String... args) {
        CommandLine root = new CommandLine(new RootCommand(stdio));
        Commands.addTo(root, args);
        root.setOut(new PrintWriter(new OutputStreamWriter(stdio.out(), StandardCharsets.UTF_8)));
        root.setErr(new PrintWriter(new OutputStreamWriter(stdio.err(), StandardCharsets.UTF_8), true));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(stdio.colours() ? Ansi.ON : Ansi.OFF));
        root.setParameterExceptionHandler((wrong, arguments) -> usage(wrong));
        root.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getOut().flush();
            command.getErr().println(error(stdio) + Failures.text(failure));
            return Failures.exitCode(failure);
        });
        int exitCode = root.execute(args);
        root.getOut().flush();
        stdio.out().flush();
        return exitCode;
    }

    /** The streams, for a command anywhere below. */
    static Stdio stdio(CommandSpec command) {
        // Of a mixin within a mixin, whose own specification has no parent, the command is asked.
        return ((RootCommand) command.commandLine().getCommandSpec().root().userObject()).stdio;
    }

    private static int usage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        command.getErr().println(error(stdio(command.getCommandSpec())) + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        command.getErr().println("'" + command.getCommandSpec().qualifiedName() + " --help' tells what there is.");
        return Failures.USAGE;
    }

    private static String error(Stdio stdio) {
        return new Style(stdio.colours() && stdio.errTerminal()).bad("error:") + " ";
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
