package io.signalbox.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The three streams of a command, and which of them a person looks at.
 *
 * @param out bytes go out as they are; flushed by whoever writes
 * @param colours on a terminal, unless NO_COLOR is set (no-color.org) or it is a dumb one
 */
record Stdio(
        InputStream in, PrintStream out, PrintStream err, boolean outTerminal, boolean errTerminal, boolean colours) {

    static Stdio ofProcess() {
        boolean outTerminal = isTerminal(1);
        return new Stdio(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                outTerminal,
                isTerminal(2),
                coloured(outTerminal, System.getenv()));
    }

    static boolean coloured(boolean terminal, Map<String, String> environment) {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** Linux says it of each stream; elsewhere the JDK knows it of standard input and output together. */
    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
