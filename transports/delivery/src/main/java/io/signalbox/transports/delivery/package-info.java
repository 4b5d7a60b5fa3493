/**
 * The client's half of a session whose queue is kept by a foreign engine: what matches, how much may be under way, in
 * which order things come back, when it is enough. Knows no engine: a transport hands in {@link
 * io.signalbox.transports.delivery.Arrival}s and is told through {@link io.signalbox.transports.delivery.Settler} what
 * became of them. Hot path.
 */
@NullMarked
package io.signalbox.transports.delivery;

import org.jspecify.annotations.NullMarked;
