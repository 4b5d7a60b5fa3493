package io.signalbox.cli;

import picocli.CommandLine.Command;

/** The log's files, read without a server; a running one is not disturbed. */
@Command(
        name = "log",
        description = "Look into the log's files.",
        mixinStandardHelpOptions = true,
        subcommands = {LogCatCommand.class, LogVerifyCommand.class, LogStatCommand.class})
final class LogCommand {}
