/** Composites of transports over real servers, of which one dies. */
@NullMarked
package io.signalbox.systemtests.outage;

import org.jspecify.annotations.NullMarked;
