package io.signalbox.cli.mqtt;

/** A message to publish. The payload must not be changed afterwards. */
public record Outgoing(String topic, byte[] payload, int qos, boolean retain, PublishProperties properties) {}
