package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.provider.WhenAbsent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is under a prefix says which versions find all that is left there. */
final class LayoutTest {
    private final RedisServer server = RedisServer.shared();
    private final RedisConfig config = server.config("layout").withWhenAbsent(WhenAbsent.FAIL);
    private final String layout = "{" + config.prefix() + "}:layout";

    private RedisTransport open() {
        return RedisTransport.open(config, TimeSource.monotonic());
    }

    @Test
    void itIsWrittenDownAtTheStartAndMayBeUsedAgain() {
        for (int i = 0; i < 2; i++) {
            open().close();
            assertThat(server.cli("get", layout)).isEqualTo(String.valueOf(LinkConnector.LAYOUT));
        }
    }

    @Test
    void anEarlierOneIsTakenOver() {
        server.cli("set", layout, "1");
        open().close();
        assertThat(server.cli("get", layout)).isEqualTo(String.valueOf(LinkConnector.LAYOUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "12", "another"})
    void aLaterOneIsRefusedAndLeftAlone(String later) {
        server.cli("set", layout, later);
        assertThatThrownBy(this::open)
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("under the prefix '" + config.prefix() + "' has the layout " + later)
                .hasMessageContaining("this version knows " + LinkConnector.LAYOUT);
        assertThat(server.cli("get", layout)).isEqualTo(later);
        assertThat(server.cli("keys", "{" + config.prefix() + "}:*")).isEqualTo(layout);
    }
}
