package io.signalbox.cli;

import picocli.CommandLine.Command;

/** Dead letters: messages that could not be delivered. */
@Command(
        name = "dlq",
        description = "Look at dead letters, send them on their way again, or purge them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DlqListCommand.class,
            DlqShowCommand.class,
            DlqRedriveCommand.class,
            DlqReplaceCommand.class,
            DlqPurgeCommand.class
        })
final class DlqCommand {}
