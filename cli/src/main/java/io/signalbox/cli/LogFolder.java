package io.signalbox.cli;

import io.signalbox.log.LogInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Which log a command is about: the data folder or the log's own folder in it. */
final class LogFolder {
    @Parameters(
            index = "0",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "The server's data folder (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path folder;

    /** @throws IOException there is no log */
    LogInspector open() throws IOException {
        Path inside = folder.resolve("log");
        Path log = Files.isDirectory(inside) ? inside : folder;
        if (!Files.exists(log.resolve("FORMAT"))) {
            throw new IOException(
                    folder + (Files.exists(folder) ? " is no data folder: it has no log/FORMAT" : " does not exist")
                            + "; name the folder that the server has as data.dir");
        }
        return LogInspector.of(log);
    }
}
