/** Strangers and idlers: sockets that say nothing, readers that never read, lengths that lie. Not hot path. */
@NullMarked
package io.signalbox.systemtests.overload;

import org.jspecify.annotations.NullMarked;
