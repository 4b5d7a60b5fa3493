/** What a transport costs beside the client library that it stands on, in one process and one run. */
@NullMarked
package io.signalbox.benchmarks.transports;

import org.jspecify.annotations.NullMarked;
