/** Bytes to packets and back: cutting frames, the primitive types of MQTT 5, 1.5, and collecting what goes out. Hot path. */
@NullMarked
package io.signalbox.gateway.mqtt.frame;

import org.jspecify.annotations.NullMarked;
