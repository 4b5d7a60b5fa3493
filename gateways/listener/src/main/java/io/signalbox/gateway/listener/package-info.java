/**
 * What every wire protocol shares: event loops, accepting, TLS, limits at the door, counters. Off the hot path but for
 * the counters.
 */
@NullMarked
package io.signalbox.gateway.listener;

import org.jspecify.annotations.NullMarked;
