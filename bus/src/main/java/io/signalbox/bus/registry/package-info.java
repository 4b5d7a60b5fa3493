/** Who handles what. Written now and then, read on the hot path. */
@NullMarked
package io.signalbox.bus.registry;

import org.jspecify.annotations.NullMarked;
