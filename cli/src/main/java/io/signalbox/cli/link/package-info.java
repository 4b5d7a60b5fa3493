/**
 * A connection to a server as the commands need it: MQTT in either version, over TCP or WebSocket, AMQP 1.0 and HTTP behind
 * one interface, with reconnection. Hot only in the load test.
 */
@NullMarked
package io.signalbox.cli.link;

import org.jspecify.annotations.NullMarked;
