/** A folder that keeps what a transport cannot take now, and gives it back in order. On the hot path of outages. */
@NullMarked
package io.signalbox.transports.composite.spool;

import org.jspecify.annotations.NullMarked;
