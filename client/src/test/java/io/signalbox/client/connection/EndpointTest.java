package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    mqtt://broker,              broker,  1883, false, -
                    mqtt://broker:1,            broker,  1,    false, -
                    mqtts://broker,             broker,  8883, true,  -
                    ws://broker,                broker,  80,   false, mqtt
                    ws://broker:8080/mqtt,      broker,  8080, false, mqtt
                    wss://broker/a/b,           broker,  443,  true,  a/b
                    mqtt://[::1]:1883,          ::1,     1883, false, -
                    """)
    void aUrlSaysWhere(String url, String host, int port, boolean tls, String path) {
        assertThat(Endpoint.of(URI.create(url))).isEqualTo(new Endpoint(host, port, tls, path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://broker", "broker", "mqtt://u:p@broker", "mqtt://broker/path", "mqtt:broker", "ws://b/m?q"
            })
    void anythingElseIsRefused(String url) {
        assertThatThrownBy(() -> Endpoint.of(URI.create(url))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPasswordThatMakesAUrlUnreadableIsNotShown() {
        assertThatThrownBy(() -> Endpoint.of(URI.create("mqtt://till:p@ss@broker:1883")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mqtt://...@broker:1883")
                .hasMessageNotContaining("p@ss");
    }

    @Test
    void aWebSocketKnowsTheApiBesideIt() {
        assertThat(Endpoint.of(URI.create("wss://broker:8443/mqtt")).api())
                .isEqualTo(URI.create("https://broker:8443"));
        assertThat(Endpoint.of(URI.create("ws://[::1]:8080/mqtt")).api()).isEqualTo(URI.create("http://[::1]:8080"));
        assertThat(Endpoint.of(URI.create("mqtt://broker")).api()).isNull();
    }
}
