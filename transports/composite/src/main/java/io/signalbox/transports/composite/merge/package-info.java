/** Several sessions of several members that look like one. On the hot path of composites. */
@NullMarked
package io.signalbox.transports.composite.merge;

import org.jspecify.annotations.NullMarked;
