/** The ports through which rooms ask who is speaking and what is allowed. Implemented by {@code security}. */
@NullMarked
package io.signalbox.access;

import org.jspecify.annotations.NullMarked;
