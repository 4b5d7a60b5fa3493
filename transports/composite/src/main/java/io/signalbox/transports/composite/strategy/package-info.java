/** How one publish becomes several, and several answers one. On the hot path of composites. */
@NullMarked
package io.signalbox.transports.composite.strategy;

import org.jspecify.annotations.NullMarked;
