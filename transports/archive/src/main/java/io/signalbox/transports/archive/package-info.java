/** Messages in NDJSON files that people and tools read: published to, replayed, never subscribed to. */
@NullMarked
package io.signalbox.transports.archive;

import org.jspecify.annotations.NullMarked;
