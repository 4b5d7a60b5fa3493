package io.signalbox.cli;

import io.signalbox.security.file.SecurityFileException;
import io.signalbox.security.password.PasswordFileEditor;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps the password file. */
@Command(
        name = "passwd",
        description =
                "Put a user into the password file, or take one out. The password is asked for, or is the first line of standard input.",
        mixinStandardHelpOptions = true)
final class PasswdCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "The password file; created if it is absent.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path file;

    @Parameters(index = "1", paramLabel = "USER", description = "The user's name.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String user;

    @Option(names = "--remove", description = "Take the user out.")
    private boolean remove;

    @Override
    public Integer call() throws IOException, SecurityFileException {
        PasswordFileEditor editor = new PasswordFileEditor(file);
        if (remove) {
            if (!editor.remove(user)) {
                throw new ApiException(
                        404,
                        "user '" + user + "' is not in " + file
                                + ", or is the last one in it; a password file without users would let nobody in");
            }
            return 0;
        }
        char[] password = ask();
        byte[] bytes = new String(password).getBytes(StandardCharsets.UTF_8);
        Arrays.fill(password, ' ');
        editor.put(user, bytes);
        return 0;
    }

    private static char[] ask() throws IOException {
        Console console = System.console();
        char[] password = console != null && console.isTerminal() ? console.readPassword("Password: ") : firstLine();
        if (password == null || password.length == 0) {
            throw new ApiException(400, "the password is empty");
        }
        return password;
    }

    private static char[] firstLine() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return line == null ? new char[0] : line.toCharArray();
    }
}
