package io.signalbox.cli.link;

/**
 * What the server publishes when the connection is lost.
 *
 * @param delaySeconds how long it waits with that (MQTT 5)
 */
public record Will(Outgoing message, long delaySeconds) {}
