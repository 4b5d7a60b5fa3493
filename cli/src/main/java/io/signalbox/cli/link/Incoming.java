package io.signalbox.cli.link;

/**
 * A message that arrived.
 *
 * @param acknowledge to be run once when the message is done with; until then the server keeps it
 */
public record Incoming(
        String topic, byte[] payload, int qos, boolean retain, PublishProperties properties, Runnable acknowledge) {}
