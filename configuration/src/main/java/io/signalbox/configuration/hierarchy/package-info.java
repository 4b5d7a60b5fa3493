/** Transports by name: read, put in an order in which they can be opened, and opened. Not hot path. */
@NullMarked
package io.signalbox.configuration.hierarchy;

import org.jspecify.annotations.NullMarked;
