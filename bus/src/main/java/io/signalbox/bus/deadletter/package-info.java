/** What could not be handled, with all its deaths, until somebody redrives or discards it. */
@NullMarked
package io.signalbox.bus.deadletter;

import org.jspecify.annotations.NullMarked;
