/** Bounded queues, what happens when they are full, and what was given back and comes again. On the hot path. */
@NullMarked
package io.signalbox.bus.queue;

import org.jspecify.annotations.NullMarked;
