package io.signalbox.systemtests.sdkjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scenarios for Node.js in {@code system-tests/src/test/js/sdk}, each of which says so in a line that begins with {@code
 * ok} when it passes.
 */
record SdkScript(String file) {
    private static final Path ROOT = Path.of(System.getProperty("signalbox.root", "."));

    /** @param passing at least so many scenarios are in it; fails with what the script said */
    List<String> assertPasses(int passing, Object... arguments) {
        assertThat(ROOT.resolve("client-js/dist/node.js"))
                .as("the package, which Maven builds in client-js")
                .exists();
        List<String> command = new ArrayList<>(List.of(
                "node",
                ROOT.resolve("system-tests/src/test/js/sdk").resolve(file).toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        try (Child child = Child.start(command, Map.of())) {
            int code = child.awaitExit(Duration.ofMinutes(10));
            String said = String.join("\n", child.lines());
            List<String> passed = child.lines().stream()
                    .filter(line -> line.startsWith("ok "))
                    .toList();
            assertThat(code).as(said).isZero();
            assertThat(passed).as(said).hasSizeGreaterThanOrEqualTo(passing);
            return passed;
        }
    }
}
