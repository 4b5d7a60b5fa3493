package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class LoggingSetupTest {
    @Test
    void aMessageIsOneLineWhateverAStrangerPutIntoIt() {
        PrintStream before = System.err;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try {
            LoggerContext context = new LoggerContext();
            context.setMDCAdapter(new LogbackMDCAdapter());
            LoggingSetup setup = new LoggingSetup();
            setup.setContext(context);
            setup.configure(context);
            context.getLogger("io.signalbox.x.Station")
                    .info("client '{}' leaves", "plain\n2026 FATAL \u001b[31mforged\r");
            context.getLogger("other").info("not for operators");
            context.stop();
        } finally {
            System.setErr(before);
        }
        assertThat(lines.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .endsWith("INFO  Station client 'plain?2026 FATAL ?[31mforged?' leaves");
    }
}
