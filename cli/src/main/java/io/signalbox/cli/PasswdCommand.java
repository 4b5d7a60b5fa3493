package io.signalbox.cli;

import io.signalbox.security.file.SecurityFileException;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.security.password.ScramVerifier;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "passwd",
        description = {
            "Add a user to a password file, or change or remove one.",
            "The password is asked for on the terminal, or is the first line of standard input; never an argument,"
                    + " which others could see. A running server takes the file at SIGHUP."
        },
        mixinStandardHelpOptions = true)
final class PasswdCommand implements Callable<Integer> {
    /** Far more than a password may have; a stream without a line end is not read for ever. */
    private static final int INPUT_BYTES_MAX = 64 * 1024;

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "FILE", description = "Created when there is none, with mode 0600.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path file;

    @Parameters(index = "1", paramLabel = "USER", description = "User name.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String user;

    @Option(
            names = {"-D", "--remove"},
            description = "Remove the user.")
    private boolean delete;

    @Option(
            names = "--scram",
            description = {
                "Let the user log in with SCRAM-SHA-256 (AMQP), which does not show the server the password.",
                "What the file then holds is quicker to guess at than the hash alone, should it be stolen."
            })
    private boolean scram;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PasswordFileEditor editor = new PasswordFileEditor(file);
        try {
            if (delete) {
                if (!editor.remove(user)) {
                    throw new IOException(file + " has no user '" + user
                            + "', or no other one, and a password file must keep one; delete the file instead");
                }
                report("removed");
                return 0;
            }
            byte[] password = password();
            if (scram) {
                editor.putForScram(user, password, ScramVerifier.ITERATIONS);
            } else {
                editor.put(user, password);
            }
            Arrays.fill(password, (byte) 0);
            report("set");
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (SecurityFileException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void report(String what) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("user", user);
        fields.put("password", what);
        fields.put("file", file.toString());
        output.fields(fields);
    }

    private byte[] password() throws IOException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return firstLine(RootCommand.stdio(spec).in());
        }
        char[] once = console.readPassword("Password for %s: ", user);
        char[] twice = console.readPassword("Once more: ");
        if (once == null || twice == null || !Arrays.equals(once, twice)) {
            throw new ParameterException(spec.commandLine(), "the two passwords differ; nothing was changed");
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(once));
        byte[] password = new byte[bytes.remaining()];
        bytes.get(password);
        return password;
    }

    private static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n' && line.size() < INPUT_BYTES_MAX; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toByteArray();
    }
}
