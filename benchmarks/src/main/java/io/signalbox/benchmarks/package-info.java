/** JMH benchmarks of the hot path: {@code java -jar benchmarks/target/benchmarks.jar NAME}. */
@NullMarked
package io.signalbox.benchmarks;

import org.jspecify.annotations.NullMarked;
