/** Thousands of readers of Server-Sent Events on one topic. Not hot path. */
@NullMarked
package io.signalbox.benchmarks.events;

import org.jspecify.annotations.NullMarked;
