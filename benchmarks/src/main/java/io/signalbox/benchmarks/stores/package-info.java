/** What transports over databases and folders cost beside the same done by hand. Main programs, not JMH: each needs a server. */
@NullMarked
package io.signalbox.benchmarks.stores;

import org.jspecify.annotations.NullMarked;
