/** The typed bus over the embedded broker. Not hot path. */
@NullMarked
package io.signalbox.systemtests.bus;

import org.jspecify.annotations.NullMarked;
