package io.signalbox.gateway.mqtt.connection;

import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttCounter;

/** What one connection has read since it was last told: the counters themselves are shared by all connections. */
final class ReadTally {
    private int packets;
    private int publishes;
    private int bytes;

    void packet() {
        packets++;
    }

    void publish() {
        publishes++;
    }

    void bytes(int count) {
        bytes += count;
    }

    void tell(Counters<MqttCounter> counters) {
        if (bytes > 0) {
            counters.add(MqttCounter.BYTES_IN, bytes);
            counters.add(MqttCounter.PACKETS_IN, packets);
            counters.add(MqttCounter.PUBLISH_IN, publishes);
            bytes = 0;
            packets = 0;
            publishes = 0;
        }
    }
}
