/**
 * A connection to an MQTT server as the commands need it: either protocol version behind one interface, with
 * reconnection. Hot only in the load test.
 */
@NullMarked
package io.signalbox.cli.mqtt;

import org.jspecify.annotations.NullMarked;
