package io.signalbox.cli.link;

/** One name and value of MQTT 5; names may repeat. */
public record UserProperty(String name, String value) {}
