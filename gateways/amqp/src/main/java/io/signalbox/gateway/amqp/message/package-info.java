/** A message in the sections of AMQP 1.0 (3.2), both ways. Hot path. */
@NullMarked
package io.signalbox.gateway.amqp.message;

import org.jspecify.annotations.NullMarked;
