/**
 * The typed bus: commands with one handler and a result, events with any number, in this process or over a transport.
 * Start at {@link io.signalbox.bus.Bus}.
 */
@NullMarked
package io.signalbox.bus;

import org.jspecify.annotations.NullMarked;
