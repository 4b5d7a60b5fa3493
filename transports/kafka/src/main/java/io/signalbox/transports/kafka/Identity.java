package io.signalbox.transports.kafka;

/**
 * One message as one stream has it.
 *
 * @param group the stream
 */
record Identity(String group, Place place) {}
