/** What composites and the spool cost over transports that cost nothing. Main programs, not JMH. */
@NullMarked
package io.signalbox.benchmarks.stores;

import org.jspecify.annotations.NullMarked;
