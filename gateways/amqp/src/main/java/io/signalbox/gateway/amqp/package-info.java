/** The front of the AMQP gateway: start it, look at its connections, stop it. Off the hot path. */
@NullMarked
package io.signalbox.gateway.amqp;

import org.jspecify.annotations.NullMarked;
