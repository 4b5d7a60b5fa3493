/** Bounded queues, and what happens when they are full. On the hot path. */
@NullMarked
package io.signalbox.bus.queue;

import org.jspecify.annotations.NullMarked;
