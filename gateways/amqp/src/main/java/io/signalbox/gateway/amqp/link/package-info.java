/** One link each: what a client sends, and what it receives. Owned by the connection's loop. Hot path. */
@NullMarked
package io.signalbox.gateway.amqp.link;

import org.jspecify.annotations.NullMarked;
