package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    private static final List<String> COMMANDS = List.of(
            "server",
            "pub",
            "sub",
            "request",
            "history",
            "replay",
            "dlq",
            "stats",
            "ledger",
            "why",
            "clients",
            "topics",
            "top",
            "health",
            "log",
            "bench",
            "explain",
            "probe",
            "passwd",
            "completion",
            "version");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server",
                "pub",
                "sub",
                "request",
                "history",
                "replay",
                "dlq",
                "dlq list",
                "dlq show",
                "dlq redrive",
                "dlq replace",
                "dlq purge",
                "stats",
                "ledger",
                "why",
                "why client",
                "why message",
                "clients",
                "topics",
                "top",
                "health",
                "log",
                "log cat",
                "log verify",
                "log stat",
                "bench",
                "explain",
                "probe",
                "passwd",
                "completion",
                "version"
            })
    void everyCommandExplainsItself(String command) {
        Shell shell = Shell.run((command + " --help").split(" "));

        assertThat(shell.exitCode()).isZero();
        assertThat(shell.out()).startsWith("Usage: signalbox " + command).doesNotContain("\u001b");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void theHelpNamesAllCommandsAndExitCodes() {
        Shell shell = Shell.run("--help");

        assertThat(shell.exitCode()).isZero();
        assertThat(shell.out()).contains(COMMANDS).contains("69", "77", "78", "124");
        assertThat(Shell.run("help", "pub").out()).startsWith("Usage: signalbox pub");
    }

    @Test
    void withoutACommandTheUsageIsShownAsAnError() {
        Shell shell = Shell.run();

        assertThat(shell.exitCode()).isEqualTo(2);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("Usage: signalbox", "error: name a command");
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheNearestOne() {
        Shell shell = Shell.run("histroy");

        assertThat(shell.exitCode()).isEqualTo(2);
        assertThat(shell.err()).contains("error:", "histroy", "history");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pub",
                "pub -t a",
                "pub -m x",
                "pub -t a -m x -n",
                "pub -t a/# -m x",
                "pub -t a -m x -q 3",
                "pub -t a -m x -V 4.2",
                "pub -t a -m x -V 3.1.1 -D publish content-type x",
                "pub -t a -m x -D publish",
                "pub -t a -m x -D nothing a b",
                "pub -t a -m x -D publish message-expiry-interval soon",
                "pub -t a -m x -H nothing",
                "pub -t a -m x --expiry -1",
                "pub -t a -m x -V 3.1.1 -H a=b",
                "pub -t a -m x -p 70000",
                "pub -t a -m x --cert f",
                "pub -t a -m x -L gopher://h",
                "pub -t a -m x -c",
                "sub",
                "sub -t a/#/b",
                "sub -t a -c",
                "sub -t a --speed 2",
                "sub -t a -V 3.1.1 --from all",
                "sub -t a -F %y",
                "sub -t a --json -v",
                "sub -t a --unknown",
                "bench --pairs 1 --fan-out 2",
                "bench --size 3",
                "bench -q 9",
                "history",
                "dlq show",
                "dlq show x",
                "dlq purge",
                "dlq redrive",
                "passwd f",
                "passwd f u secret",
                "completion",
                "completion fish",
                "log cat -t a/#/b"
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String line) {
        Shell shell = Shell.run(line.split(" "));

        assertThat(shell.exitCode()).as(shell.err()).isEqualTo(2);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).startsWith("error: ");
    }

    @Test
    void theVersionIsShownInEveryForm() {
        assertThat(Shell.run("--version").out()).startsWith("signalbox 0.");
        assertThat(Shell.run("version").out()).contains("signalbox  0.", "java");
        assertThat(Json.object(Shell.run("version", "--json").out())).containsKeys("signalbox", "java", "os");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        assertThat(Stdio.coloured(true, Map.of())).isTrue();
        assertThat(Stdio.coloured(true, Map.of("NO_COLOR", ""))).isTrue();
        assertThat(Stdio.coloured(true, Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(Stdio.coloured(true, Map.of("TERM", "dumb"))).isFalse();
        assertThat(Stdio.coloured(false, Map.of())).isFalse();
        assertThat(new Style(true).bad("x")).isEqualTo("\u001b[31mx\u001b[0m");
        assertThat(new Style(false).bad("x")).isEqualTo("x");
    }

    @Test
    void theServerNamesAConfigurationThatIsNotThere() {
        assertThat(Shell.run("server", "--config", "/no/such/file.yaml").exitCode())
                .isEqualTo(78);
    }
}
