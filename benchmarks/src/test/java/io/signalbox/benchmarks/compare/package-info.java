/** Tables and plots of made-up runs. */
@NullMarked
package io.signalbox.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
