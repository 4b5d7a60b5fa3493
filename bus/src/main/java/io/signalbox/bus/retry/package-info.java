/** When to try again. */
@NullMarked
package io.signalbox.bus.retry;

import org.jspecify.annotations.NullMarked;
