/** Servers of AMQP 1.0 beside each other, with one client for all. */
@NullMarked
package io.signalbox.benchmarks.amqp;

import org.jspecify.annotations.NullMarked;
