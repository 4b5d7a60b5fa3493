package io.signalbox.gateway.mqtt.frame;

/** Ends the connection from one of its stations. On the connection's loop. */
@FunctionalInterface
public interface Ending {
    /** @param detail for the client, if it wants reasons */
    void end(MqttReason reason, String detail);
}
