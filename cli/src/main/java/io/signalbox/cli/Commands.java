package io.signalbox.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/** All commands by name. Only the one that is called is looked into: reading the options of all takes a third of the start. */
final class Commands {
    private static final Map<String, Supplier<Object>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("server", ServerCommand::new);
        ALL.put("pub", PubCommand::new);
        ALL.put("sub", SubCommand::new);
        ALL.put("request", RequestCommand::new);
        ALL.put("history", HistoryCommand::new);
        ALL.put("replay", ReplayCommand::new);
        ALL.put("dlq", DlqCommand::new);
        ALL.put("stats", StatsCommand::new);
        ALL.put("ledger", LedgerCommand::new);
        ALL.put("why", WhyCommand::new);
        ALL.put("clients", ClientsCommand::new);
        ALL.put("topics", TopicsCommand::new);
        ALL.put("top", TopCommand::new);
        ALL.put("health", HealthCommand::new);
        ALL.put("log", LogCommand::new);
        ALL.put("bench", BenchCommand::new);
        ALL.put("explain", ExplainCommand::new);
        ALL.put("probe", ProbeCommand::new);
        ALL.put("passwd", PasswdCommand::new);
        ALL.put("completion", CompletionCommand::new);
        ALL.put("version", VersionCommand::new);
        ALL.put("help", HelpCommand::new);
    }

    private Commands() {}

    /** Adds what these arguments call, or all if they call none. */
    static void addTo(CommandLine root, String... args) {
        Supplier<Object> called =
                args.length == 0 || args[0].equals("help") || args[0].equals("completion") ? null : ALL.get(args[0]);
        if (called != null) {
            root.addSubcommand(args[0], called.get());
        } else {
            ALL.forEach((name, command) -> root.addSubcommand(name, command.get()));
        }
    }
}
