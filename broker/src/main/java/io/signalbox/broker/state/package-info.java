/** The durable state of the broker as a fold over its log. Not hot: runs at recovery and for snapshots. */
@NullMarked
package io.signalbox.broker.state;

import org.jspecify.annotations.NullMarked;
