/** Messages from clients: PUBLISH and its acknowledgements until the broker has it. Hot path. */
@NullMarked
package io.signalbox.gateway.mqtt.publish;

import org.jspecify.annotations.NullMarked;
