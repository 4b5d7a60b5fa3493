package io.signalbox.systemtests.clients;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.Brokers;
import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs client_test.py and client_test5.py of eclipse/paho.mqtt.testing against a server.
 *
 * <pre>./test interoperability [--suite DIR]</pre>
 *
 * Without a folder the suite is fetched at a fixed commit. Its own faults: {@code test_subscribe_failure} of
 * client_test5.py takes 0x80 alone for a refusal, where 0x87 says more (MQTT 5, 3.9.3); {@code test_request_response}
 * and {@code test_subscribe_options} wait for the wrong client's SUBACK, and fail now and then when the other's has not
 * come yet.
 */
final class InteroperabilityHarness {
    private static final String SUITE = "https://github.com/eclipse/paho.mqtt.testing";
    private static final String COMMIT = "9d7bb80bb8b9d9cfc0b52f8cb4c1916401281103";
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Path ROOT = Path.of(System.getProperty("signalbox.root", "."));

    private InteroperabilityHarness() {}

    public static void main(String[] arguments) throws IOException {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("interoperability [--suite DIR]");
            return;
        }
        int at = list.indexOf("--suite");
        Path suite = at < 0 ? fetched() : Path.of(list.get(at + 1));
        boolean green = true;
        for (String file : List.of("client_test.py", "client_test5.py")) {
            try (BrokerProcess broker = started()) {
                green &= run(broker, suite.resolve("interoperability").resolve(file));
            }
        }
        System.exit(green ? 0 : 1);
    }

    /** The suite wants a filter that nobody may subscribe to, a server's keep alive, and $-topics that clients may use. */
    private static BrokerProcess started() throws IOException {
        if (!System.getProperty("signalbox.broker", "signalbox").equals("signalbox")) {
            return Brokers.started();
        }
        Path permissions = Files.createTempFile("permissions", "");
        permissions.toFile().deleteOnExit();
        Files.writeString(permissions, """
                allow everybody all #
                allow everybody publish $TopicA/#
                deny everybody subscribe test/nosubscribe
                end
                """);
        return ServerProcess.with()
                .set("security.permission-file", permissions)
                .set("security.anonymous", "true")
                .set("mqtt.keep-alive-max", "60s")
                .start();
    }

    private static Path fetched() {
        Path folder = ROOT.resolve("target/paho.mqtt.testing").toAbsolutePath();
        if (!Files.exists(folder.resolve("interoperability"))) {
            git("clone", "-q", SUITE, folder.toString());
            git("-C", folder.toString(), "checkout", "-q", COMMIT);
        }
        return folder;
    }

    private static void git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try (Child child = Child.start(command, Map.of())) {
            if (child.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException("cannot fetch the suite; clone " + SUITE
                        + " yourself and name its folder with --suite\n" + child.tail());
            }
        }
    }

    private static boolean run(BrokerProcess broker, Path file) {
        String python =
                Optional.ofNullable(System.getenv("SIGNALBOX_TEST_PYTHON")).orElse("/usr/bin/python3");
        Path runner = ROOT.resolve("system-tests/src/test/python/interoperability.py");
        try (Child child = Child.start(
                List.of(python, runner.toString(), file.toString(), Integer.toString(broker.mqttPort())), Map.of())) {
            int code = child.awaitExit(PATIENCE);
            System.out.println(file.getFileName() + (code == 0 ? ": green" : ": FAILED"));
            child.lines().stream()
                    .filter(line -> line.matches("(FAIL|ERROR): .*|Ran \\d+ tests.*"))
                    .forEach(System.out::println);
            if (code != 0) {
                System.out.println(child.tail());
            }
            return code == 0;
        }
    }
}
