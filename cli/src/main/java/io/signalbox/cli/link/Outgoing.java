package io.signalbox.cli.link;

/** A message to publish. The payload must not be changed afterwards. */
public record Outgoing(String topic, byte[] payload, int qos, boolean retain, PublishProperties properties) {
    Outgoing withProperties(PublishProperties other) {
        return new Outgoing(topic, payload, qos, retain, other);
    }
}
