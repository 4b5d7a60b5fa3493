package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs mosquitto_pub and mosquitto_sub.
 *
 * @param port of the broker on loopback
 */
record Mosquitto(int port) {
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Publishes and waits for success. */
    void pub(String... arguments) {
        try (Child pub = start(List.of("mosquitto_pub"), arguments)) {
            assertThat(pub.awaitExit(TIMEOUT)).as(pub.tail()).isZero();
        }
    }

    /** Publishes, and may be refused. */
    void tryPub(String... arguments) {
        try (Child pub = start(List.of("mosquitto_pub"), arguments)) {
            pub.awaitExit(TIMEOUT);
        }
    }

    /** A subscriber that has its SUBACK. Its lines are payloads between lines of debug output. */
    Child sub(String... arguments) {
        // Without stdbuf the line that we wait for would stay in the buffer of a pipe.
        Child sub = start(List.of("stdbuf", "-oL", "mosquitto_sub", "-d"), arguments);
        if (sub.awaitLine(line -> line.contains("Subscribed (mid"), TIMEOUT) == null) {
            String tail = sub.tail();
            sub.close();
            throw new AssertionError("mosquitto_sub ended without a subscription:\n" + tail);
        }
        return sub;
    }

    /** A subscriber that ends by itself, because of -C or -E: its output. */
    List<String> subToTheEnd(String... arguments) {
        try (Child sub = start(List.of("mosquitto_sub", "-W", "60"), arguments)) {
            assertThat(sub.awaitExit(TIMEOUT.plusSeconds(10))).as(sub.tail()).isZero();
            return sub.lines();
        }
    }

    private Child start(List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port)));
        command.addAll(List.of(arguments));
        return Child.start(command, Map.of());
    }
}
