package io.signalbox.gateway.mqtt.conformance;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.mqtt.GatewayFixture;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many connections that claim one client identifier at once: MQTT 5, 3.1.4. */
class TakeoverStormTest {
    private static final int CLIENTS = Integer.getInteger("signalbox.takeovers", 200);

    @TempDir
    Path directory;

    @Test
    void oneConnectionIsLeftAndTheSessionIsItsOwn() throws Exception {
        try (GatewayFixture server = new GatewayFixture(directory);
                ExecutorService threads = Executors.newFixedThreadPool(16);
                RawClient heir = RawClient.five(server.port, "heir")) {
            heir.subscribe("will", "00", "00");
            List<RawClient> all = new ArrayList<>();
            List<Future<?>> connecting = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = RawClient.open(server.port, true);
                all.add(client);
                boolean clean = i % 5 == 0;
                String delay = i % 3 == 0 ? "00000000" : "00001000";
                connecting.add(threads.submit(() -> client.send(packet(
                        "10",
                        "0004 4d515454 05",
                        clean ? "06" : "04",
                        "0000",
                        properties("11 00000e10"),
                        text("same"),
                        properties("18" + delay),
                        text("will"),
                        text("gone")))));
            }
            for (Future<?> each : connecting) {
                each.get();
            }
            Counters<ListenerCounter> door = Objects.requireNonNull(server.gateway.listenerCounters());
            // All at once: two are open as well while the rest still waits to be let in.
            await().untilAsserted(() -> {
                assertThat(door.value(ListenerCounter.ACCEPTED)).isEqualTo(1 + CLIENTS);
                assertThat(door.value(ListenerCounter.OPEN)).isEqualTo(2);
                assertThat(server.gateway.counters().value(MqttCounter.CONNECTED))
                        .isEqualTo(2);
                assertThat(server.gateway.connections()).hasSize(2);
            });
            assertThat(server.gateway.counters().value(MqttCounter.INTERNAL_ERRORS))
                    .isZero();
            try (RawClient last = RawClient.five(server.port, "same", false, true, "11 00000e10")) {
                last.subscribe("mine", "01", "01");
                last.send(packet("30", text("mine"), properties(), "01"), "c000");
                // Its own message and the answer to its ping, of which either may come first.
                assertThat(List.of(last.next(), last.next()))
                        .containsExactlyInAnyOrder(packet("30", text("mine"), properties(), "01"), "d000");
            }
            for (RawClient each : all) {
                each.close();
            }
        }
    }
}
