package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerArgumentsTest {
    @Test
    void readsThePlainForm() {
        assertThat(ServerArguments.ofPlain("server")).isEqualTo(new ServerArguments(null, null, Map.of()));
        assertThat(ServerArguments.ofPlain(
                        "server",
                        "--set",
                        "mqtt.port=0",
                        "--data",
                        "some where",
                        "--set",
                        "a=b=c",
                        "--config",
                        "x.yaml"))
                .isEqualTo(new ServerArguments(
                        Path.of("x.yaml"), Path.of("some where"), Map.of("mqtt.port", "0", "a", "b=c")));
    }

    /** Whatever asks for help, is wrong, or is written in another way, is picocli's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pub",
                "server --help",
                "server --data",
                "server --data=x",
                "server --data --help",
                "server --data x --data y",
                "server --set mqtt.port",
                "server --set =1",
                "server --set a=1 --set a=2",
                "server --config @x",
                "server --config \"x\"",
                "server x y"
            })
    void leavesTheRestToPicocli(String line) {
        assertThat(ServerArguments.ofPlain(line.split(" "))).isNull();
    }
}
