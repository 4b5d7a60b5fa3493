/**
 * The way of an event: route, queue, worker, handlers, settlement. Hot path: nothing is made for a published event
 * whose one handler succeeds and does not ask for its envelope.
 */
@NullMarked
package io.signalbox.bus.dispatch;

import org.jspecify.annotations.NullMarked;
