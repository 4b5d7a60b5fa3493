@NullMarked
package io.signalbox.benchmarks.bus;

import org.jspecify.annotations.NullMarked;
