/** Who is at the door, before an engine or a session is made for anybody. Off the hot path. */
@NullMarked
package io.signalbox.gateway.amqp.sasl;

import org.jspecify.annotations.NullMarked;
