/** Messages to clients: encoding once per wire form, and the acknowledgements that come back. Hot path. */
@NullMarked
package io.signalbox.gateway.mqtt.deliver;

import org.jspecify.annotations.NullMarked;
