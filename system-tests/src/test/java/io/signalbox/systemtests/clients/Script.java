package io.signalbox.systemtests.clients;

import io.signalbox.systemtests.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scenarios in the language of a client, of which each that passes says so in a line that begins with {@code ok}.
 *
 * @param file below the folder of the system tests' sources; Node.js runs those in {@code js}, Python the others
 */
record Script(String file) {
    private static final Path SCRIPTS = Path.of(System.getProperty("signalbox.root", "."), "system-tests/src/test");

    /** @param passing at least so many scenarios are in it; fails with what the script said */
    void run(int passing, List<String> arguments) {
        String interpreter = file.startsWith("js/")
                ? "node"
                : Optional.ofNullable(System.getenv("SIGNALBOX_TEST_PYTHON")).orElse("/usr/bin/python3");
        List<String> command =
                new ArrayList<>(List.of(interpreter, SCRIPTS.resolve(file).toString()));
        command.addAll(arguments);
        try (Child child = Child.start(command, Map.of())) {
            int code = child.awaitExit(Duration.ofMinutes(10));
            long passed = child.lines().stream()
                    .filter(line -> line.startsWith("ok "))
                    .count();
            if (code != 0 || passed < passing) {
                throw new AssertionError(
                        file + ": exit code " + code + ", " + passed + " of " + passing + " passed\n" + child.tail());
            }
        }
    }
}
