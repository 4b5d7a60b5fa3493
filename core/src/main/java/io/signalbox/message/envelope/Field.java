package io.signalbox.message.envelope;

/** One name and one value of a message's wire form: a Kafka header, a Redis stream field, an application property. */
public record Field(String name, String value) {}
