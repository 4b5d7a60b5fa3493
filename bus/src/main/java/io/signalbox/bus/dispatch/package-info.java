/**
 * The way of an event: route, queue, worker, handlers, settlement. Hot path: a published event costs its envelope, and
 * nothing more is made for one whose handlers succeed one after the other.
 */
@NullMarked
package io.signalbox.bus.dispatch;

import org.jspecify.annotations.NullMarked;
