/** The bus beside its peers: {@code benchmarks/bus} runs all of it and prints the table. */
@NullMarked
package io.signalbox.benchmarks.bus;

import org.jspecify.annotations.NullMarked;
