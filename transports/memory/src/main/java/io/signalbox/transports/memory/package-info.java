/** The embedded broker on a disk in memory, that remembers what went through it and fails on demand: for tests. */
@NullMarked
package io.signalbox.transports.memory;

import org.jspecify.annotations.NullMarked;
