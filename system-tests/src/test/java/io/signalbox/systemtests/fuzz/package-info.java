/** Mutated packets over real sockets, and what the same process is worth afterwards. Not hot path. */
@NullMarked
package io.signalbox.systemtests.fuzz;

import org.jspecify.annotations.NullMarked;
