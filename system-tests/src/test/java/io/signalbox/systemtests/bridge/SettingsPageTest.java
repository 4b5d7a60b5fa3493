package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.configuration.SettingsHelp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page on how transports are configured names every key that there is. {@code -Dsignalbox.write=true} writes it. */
class SettingsPageTest {
    private static final String BEGIN = "<!-- tables -->\n";
    private static final Path PAGE =
            Path.of(System.getProperty("signalbox.root", ".."), "docs/transports-configuration.md");

    @Test
    void thePageHasTheKeysThatThereAre() throws IOException {
        String page = Files.readString(PAGE);
        String tables = SettingsHelp.markdown(getClass().getClassLoader());
        String head = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        if (Boolean.getBoolean("signalbox.write")) {
            Files.writeString(PAGE, head + tables);
        }
        assertThat(tables)
                .contains("`type: rabbitmq`", "`type: redis`", "`type: kafka`", "`type: jdbc`", "`bridges[].when`");
        assertThat(Files.readString(PAGE)).isEqualTo(head + tables);
    }
}
