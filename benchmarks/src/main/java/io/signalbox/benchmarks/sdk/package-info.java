/** What the SDK costs: its spool, and bringing it to a server. */
@NullMarked
package io.signalbox.benchmarks.sdk;

import org.jspecify.annotations.NullMarked;
