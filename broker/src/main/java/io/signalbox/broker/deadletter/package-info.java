/** Messages that could not be delivered, and what can be done with them. */
@NullMarked
package io.signalbox.broker.deadletter;

import org.jspecify.annotations.NullMarked;
