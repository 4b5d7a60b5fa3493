package io.signalbox.client.connection;

/**
 * How a client leaves.
 *
 * @param forgetSession the server need not keep it
 * @param publishWill the server publishes the will as if the connection had been lost (MQTT 5, 3.14.2.1, 0x04)
 */
public record Goodbye(boolean forgetSession, boolean publishWill) {}
