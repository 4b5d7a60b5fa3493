package io.signalbox.transports.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transports.delivery.DeliveryCounters;
import org.junit.jupiter.api.Test;

/** What need not arrive has room for so much, and what finds none is counted. */
final class LightRoomTest {
    private final DeliveryCounters counters = new DeliveryCounters();
    private final LightRoom room = new LightRoom(counters);

    private static Message message(int bytes) {
        return Message.to(Topic.ofMqtt("a")).payload(new byte[bytes]).build();
    }

    @Test
    void soManyMessagesFindRoomAndTheNextOneWhenOneHasLeft() {
        Message message = message(1);
        for (int i = 0; i < 10_000; i++) {
            assertThat(room.enter(message)).isTrue();
        }
        assertThat(room.enter(message)).isFalse();
        assertThat(counters.dropped.sum()).isEqualTo(1);
        room.leave(message);
        assertThat(room.enter(message)).isTrue();
    }

    @Test
    void soManyBytesFindRoom() {
        Message large = message(32 << 20);
        assertThat(room.enter(large)).isTrue();
        assertThat(room.enter(large)).isTrue();
        assertThat(room.enter(message(1))).isFalse();
        room.clear();
        assertThat(room.enter(message(1))).isTrue();
    }
}
