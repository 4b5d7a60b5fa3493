/** The immutable message and its vocabulary. On the hot path: nothing is computed here that nobody asked for. */
@NullMarked
package io.signalbox.message;

import org.jspecify.annotations.NullMarked;
