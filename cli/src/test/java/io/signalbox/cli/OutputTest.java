package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTest {
    private static Stdio stdio(ByteArrayOutputStream err, boolean terminal) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        return new Stdio(
                InputStream.nullInputStream(),
                nowhere,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                terminal,
                false);
    }

    @Test
    void aBarShowsHowMuchOfAKnownWorkIsDone() {
        Progress progress = Progress.of(stdio(new ByteArrayOutputStream(), true), "bytes", 200);
        assertThat(progress.text()).isEqualTo("[------------------------------]   0 % bytes");

        progress.at(100L);
        assertThat(progress.text()).isEqualTo("[###############---------------]  50 % bytes");

        progress.at(300L);
        assertThat(progress.text()).isEqualTo("[##############################] 100 % bytes");
    }

    @Test
    void withoutATotalItCounts() {
        Progress progress = Progress.of(stdio(new ByteArrayOutputStream(), true), "messages", 0);
        progress.step();
        progress.step();

        assertThat(progress.text()).isEqualTo("2 messages");
    }

    @Test
    void nothingIsDrawnWhereNoTerminalIs() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Progress progress = Progress.of(stdio(err, false), "messages", 10);
        progress.step();
        progress.done();

        assertThat(err.size()).isZero();
    }
}
