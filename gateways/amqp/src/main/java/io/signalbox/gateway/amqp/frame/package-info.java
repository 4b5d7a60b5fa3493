/** From bytes to whole frames, and what a frame may not hold. Hot path. */
@NullMarked
package io.signalbox.gateway.amqp.frame;

import org.jspecify.annotations.NullMarked;
