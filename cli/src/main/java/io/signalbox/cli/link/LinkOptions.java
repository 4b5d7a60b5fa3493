package io.signalbox.cli.link;

/** How to connect, in one of the protocols. */
public sealed interface LinkOptions permits MqttOptions, AmqpOptions, HttpOptions {
    /** For messages to people; never with a password. */
    String address();
}
