package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.SignalboxServer;
import io.signalbox.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code pub}, {@code sub} and {@code request} refuse over each protocol, and what they are refused. */
class ProtocolRefusalsTest {
    @TempDir
    private static Path folder;

    private static SignalboxServer server;

    @BeforeAll
    static void start() throws Exception {
        server = Door.server(folder.resolve("data"), Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(Protocol.AMQP, Protocol.HTTP)
                .flatMap(protocol ->
                        protocol.refusals().keySet().stream().map(option -> Arguments.of(protocol, option)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anOptionThatAProtocolCannotCarryIsRefused(Protocol protocol, String option) {
        List<String> value = switch (option) {
            case "-D" -> List.of("publish", "content-type", "x");
            case "-R", "--retained-only", "--retain-as-published", "--no-local", "--will-retain" -> List.of();
            default -> List.of("1");
        };
        String url = (protocol == Protocol.AMQP ? Door.AMQP : Door.HTTP).url(server);
        Shell shell = Shell.run(Door.words("sub", url, "-t a " + option, value.toArray(String[]::new)));

        assertThat(shell.exitCode()).as(shell.err()).isEqualTo(2);
        assertThat(shell.err()).startsWith("error: " + option + " cannot be used over " + protocol + ": ");
        assertThat(shell.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pub -L amqp://h -t a -m x -q 2",
                "sub -L http://h -t a -q 2",
                "sub -L http://h -t a -c -i n",
                "pub -L http://h -t a -m x -i n",
                "sub -L http://h -t $share/g/a",
                "sub -L amqp://h -t $share/g/a",
                "pub -L http://h -t a -m x --cafile f",
                "pub -L ws://h -t a -m x --tls",
                "pub -L http://h/a -m x",
                "pub -L ftp://h -t a -m x",
                "pub -L http://h?q -t a -m x",
                "pub -t a -m x --priority 10",
                "pub -t a -m x -V 3.1.1 --reply-to b",
                "pub -t a -m x --reply-to b/#",
                "request -t a",
                "request -m x",
                "request -t a -m x -V 3.1.1",
                "request -t a -m x -W 301",
                "sub -t a --format raw -v",
                "bench -L amqp://h"
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String line) {
        Shell shell = Shell.run(line.split(" "));

        assertThat(shell.exitCode()).as(shell.err()).isEqualTo(2);
        assertThat(shell.err()).startsWith("error: ");
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsNotThereEndsWith69(Door door) {
        String url = door.url(Ports.reserve());

        for (String command : List.of("pub", "request", "sub")) {
            Shell shell = Shell.run(Door.words(command, url, command.equals("sub") ? "-t a" : "-q 1 -t a -m x"));
            assertThat(shell.exitCode()).as(command + ": " + shell.err()).isEqualTo(69);
            assertThat(shell.err()).startsWith("error: no server answers at ");
        }
    }

    /** It takes the connection, and never says a word. */
    @ParameterizedTest
    @EnumSource
    void aSilentServerIsWaitedForNoLongerThanAsked(Door door) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String url = door.url(silent.getLocalPort());
            Shell sub = Shell.run(Door.words("sub", url, "-t a -W 0.3"));
            Shell pub = Shell.run(Door.words("pub", url, "-t a -m x -q 1 -W 0.3"));

            assertThat(sub.exitCode()).as(sub.err()).isEqualTo(124);
            assertThat(pub.exitCode()).as(pub.err()).isEqualTo(124);
        }
    }

    @ParameterizedTest
    @EnumSource
    void usersShowTheirPasswordInTheUrlOrInOptions(Door door) throws Exception {
        Path users = folder.resolve("users-" + door);
        assertThat(Shell.runWithInput("s:e cret\n", "passwd", users.toString(), "alice")
                        .exitCode())
                .isZero();
        try (SignalboxServer closed =
                Door.server(folder.resolve("closed-" + door), Map.of("security.password-file", users.toString()))) {
            String url = door.url(closed);
            String named = url.replace("//", "//alice:s%3Ae%20cret@");
            Shell inUrl = Shell.run(Door.words("pub", named, "-q 1 -t a -m x"));
            Shell inOptions = Shell.run(Door.words("pub", url, "-q 1 -t a -m x -u alice -P", "s:e cret"));
            Shell wrong = Shell.run(Door.words("pub", url, "-q 1 -t a -m x -u alice -P wrong"));
            Shell nobody = Shell.run(Door.words("sub", url, "-t a"));

            assertThat(inUrl.exitCode()).as(inUrl.err()).isZero();
            assertThat(inOptions.exitCode()).as(inOptions.err()).isZero();
            assertThat(wrong.exitCode()).as(wrong.err()).isEqualTo(77);
            assertThat(nobody.exitCode()).as(nobody.err()).isEqualTo(77);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheServerDoesNotTakeIsRefusedWithTheReason(Door door) {
        Shell shell = Shell.run(Door.words("pub", door.url(server), "-t a -q 1 -m x -H sb-priority=77"));

        assertThat(shell.exitCode()).as(shell.err()).isEqualTo(1);
        assertThat(shell.err()).startsWith("error: ").contains("sb-priority");
    }
}
