package io.signalbox.cli;

import picocli.CommandLine.Command;

/** Why a message did not arrive, asked of a running server. */
@Command(
        name = "why",
        description = "Say what became of a message, or why a client gets none.",
        mixinStandardHelpOptions = true,
        subcommands = {WhyClientCommand.class, WhyMessageCommand.class})
final class WhyCommand {}
