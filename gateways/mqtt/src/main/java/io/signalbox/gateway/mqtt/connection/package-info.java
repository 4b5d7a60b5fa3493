/** One object per connection, owned by its event loop, that ties the stations together. Hot path. */
@NullMarked
package io.signalbox.gateway.mqtt.connection;

import org.jspecify.annotations.NullMarked;
