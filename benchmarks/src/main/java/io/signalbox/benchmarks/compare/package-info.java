/**
 * Signalbox beside other brokers: starts them, runs the scenarios against each in turn, prints tables and draws plots.
 * Not hot path; {@code benchmarks/compare} calls it.
 */
@NullMarked
package io.signalbox.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
