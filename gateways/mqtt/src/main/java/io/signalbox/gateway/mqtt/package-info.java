/** The front of the MQTT gateway: start it, look at its connections, stop it. Off the hot path. */
@NullMarked
package io.signalbox.gateway.mqtt;

import org.jspecify.annotations.NullMarked;
