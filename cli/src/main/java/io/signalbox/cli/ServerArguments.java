package io.signalbox.cli;

import io.signalbox.server.ServerProcess;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code signalbox server} was told.
 *
 * @param config null: no file
 * @param data null: what {@code data.dir} says
 * @param sets values by key; they go before everything else but {@code data}
 */
record ServerArguments(@Nullable Path config, @Nullable Path data, Map<String, String> sets) {
    /**
     * Reads {@code server [--config FILE] [--data DIR] [--set KEY=VALUE]...}, each name and value an argument of its
     * own. Help, errors and all other ways to write an option are picocli's.
     *
     * @return null if there is anything else
     */
    static @Nullable ServerArguments ofPlain(String... args) {
        if (args.length % 2 == 0 || !args[0].equals("server")) {
            return null;
        }
        Map<String, String> paths = new LinkedHashMap<>();
        Map<String, String> sets = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            String value = args[i + 1];
            int equals = value.indexOf('=');
            boolean known = switch (args[i]) {
                case "--config", "--data" -> paths.put(args[i], value) == null;
                case "--set" -> equals > 0 && sets.put(value.substring(0, equals), value.substring(equals + 1)) == null;
                default -> false;
            };
            if (!known || value.isEmpty() || "-@\"'".indexOf(value.charAt(0)) >= 0) {
                return null;
            }
        }
        return new ServerArguments(path(paths.get("--config")), path(paths.get("--data")), sets);
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    /** Runs the server until SIGTERM or Ctrl-C. */
    int run() {
        Map<String, String> all = new LinkedHashMap<>(sets);
        if (data != null) {
            all.put("data.dir", data.toString());
        }
        return ServerProcess.run(config, all, System.out);
    }
}
