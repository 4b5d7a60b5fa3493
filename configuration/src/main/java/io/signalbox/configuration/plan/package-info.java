/** What types of messages need, held against what their transports promise. Not hot path. */
@NullMarked
package io.signalbox.configuration.plan;

import org.jspecify.annotations.NullMarked;
