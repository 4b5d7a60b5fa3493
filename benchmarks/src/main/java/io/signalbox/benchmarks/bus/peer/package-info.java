/** The buses that are measured side by side, each behind the same small interfaces, in the settings its users have. */
@NullMarked
package io.signalbox.benchmarks.bus.peer;

import org.jspecify.annotations.NullMarked;
