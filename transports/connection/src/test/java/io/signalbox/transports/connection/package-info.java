/** Backoff, breaker, bounds and supervision without any engine. */
@NullMarked
package io.signalbox.transports.connection;

import org.jspecify.annotations.NullMarked;
