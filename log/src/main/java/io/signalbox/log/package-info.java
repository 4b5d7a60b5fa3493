/**
 * The append-only log: segments, batches, checksums, group commit, recovery, retention and look-up. It knows bytes and
 * positions and has no idea what a message is. Hot path: {@link io.signalbox.log.Appender} and what it calls allocate
 * nothing per record; everything else is off the hot path.
 */
@NullMarked
package io.signalbox.log;

import org.jspecify.annotations.NullMarked;
