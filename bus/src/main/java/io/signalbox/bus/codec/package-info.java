/** Messages to bytes and back, for buses that stand on a transport. */
@NullMarked
package io.signalbox.bus.codec;

import org.jspecify.annotations.NullMarked;
