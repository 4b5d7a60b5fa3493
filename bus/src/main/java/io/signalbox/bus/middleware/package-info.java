/** What stands around handlers: one idea a file. A chain is built once for each handler, and called for each message. */
@NullMarked
package io.signalbox.bus.middleware;

import org.jspecify.annotations.NullMarked;
