/** The bytes of the broker's log records. Hot path: writers reuse their buffer and take no clock. */
@NullMarked
package io.signalbox.broker.record;

import org.jspecify.annotations.NullMarked;
