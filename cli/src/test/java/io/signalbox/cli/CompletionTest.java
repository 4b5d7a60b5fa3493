package io.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    @Test
    void bashReadsTheScriptAndCompletesCommandsAndOptions(@TempDir Path folder) throws Exception {
        Shell shell = Shell.run("completion", "bash");
        assertThat(shell.exitCode()).isZero();
        Path script = Files.writeString(folder.resolve("completion"), shell.out());

        String completed = bash(
                "source " + script
                        + "; COMP_WORDS=(signalbox hist); COMP_CWORD=1; _complete_signalbox; echo ${COMPREPLY[@]}"
                        + "; COMP_WORDS=(signalbox dlq red); COMP_CWORD=2; _complete_signalbox 2>/dev/null; echo ${COMPREPLY[@]}"
                        + "; COMP_WORDS=(signalbox sub --from); COMP_CWORD=2; _complete_signalbox 2>/dev/null; echo ${COMPREPLY[@]}");

        assertThat(completed.lines()).containsExactly("history", "redrive", "--from");
    }

    @Test
    void zshIsGivenTheSameScript() {
        assertThat(Shell.run("completion", "zsh").out())
                .isEqualTo(Shell.run("completion", "bash").out())
                .contains("bashcompinit");
    }

    private static String bash(String line) throws Exception {
        Process bash =
                new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
        String out = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor()).as(out).isZero();
        return out;
    }
}
