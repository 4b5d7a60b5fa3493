package io.signalbox.gateway.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.signalbox.gateway.mqtt.WireFixture;
import org.junit.jupiter.api.Test;

class HallTest {
    private final WireFixture wire = new WireFixture();
    private final Hall hall = wire.hall;

    private MqttConnection connection() {
        return MqttConnection.install(hall, new EmbeddedChannel(), 10_000);
    }

    /** Sessions are opened by several threads: the one that was taken over may register after the one that took it. */
    @Test
    void aLateComerThatLeavesDoesNotTakeItsSuccessorAlong() {
        MqttConnection old = connection();
        MqttConnection current = connection();
        hall.register("c", current);
        hall.register("c", old);
        hall.unregister("c", old);
        assertThat(hall.byClient("c")).isSameAs(current);
        hall.unregister("c", current);
        assertThat(hall.clients()).isEmpty();
    }

    @Test
    void theyLeaveInAnyOrder() {
        MqttConnection first = connection();
        MqttConnection second = connection();
        MqttConnection third = connection();
        hall.register("c", first);
        hall.register("c", second);
        hall.register("c", third);
        hall.unregister("c", second);
        assertThat(hall.byClient("c")).isSameAs(third);
        hall.unregister("c", second);
        hall.unregister("c", third);
        assertThat(hall.byClient("c")).isSameAs(first);
        hall.unregister("c", first);
        assertThat(hall.clients()).isEmpty();
    }
}
