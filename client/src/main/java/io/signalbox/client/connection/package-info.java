/** One MQTT connection at a time: where to, how to get back, what packets say of messages. */
@NullMarked
package io.signalbox.client.connection;

import org.jspecify.annotations.NullMarked;
