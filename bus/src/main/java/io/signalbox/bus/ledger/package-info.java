/** Counting: nothing is lost without a line here. On the hot path. */
@NullMarked
package io.signalbox.bus.ledger;

import org.jspecify.annotations.NullMarked;
