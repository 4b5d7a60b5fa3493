/** CONNECT and CONNACK: reading, refusing, and what was agreed upon. Once per connection. */
@NullMarked
package io.signalbox.gateway.mqtt.connect;

import org.jspecify.annotations.NullMarked;
