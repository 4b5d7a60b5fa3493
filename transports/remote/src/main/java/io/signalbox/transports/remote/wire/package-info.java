/**
 * One connection to another Signalbox: MQTT 5 by Netty's codec, with what the two servers tell each other beyond it
 * (docs/mqtt.md). Everything runs on the transport's loop. Hot path.
 */
@NullMarked
package io.signalbox.transports.remote.wire;

import org.jspecify.annotations.NullMarked;
