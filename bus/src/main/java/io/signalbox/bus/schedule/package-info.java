/** Threads and time behind one small port, so that a simulation can put its own in their place. */
@NullMarked
package io.signalbox.bus.schedule;

import org.jspecify.annotations.NullMarked;
