/**
 * A load generator for any MQTT 3.1.1 server (and, for comparison, NATS): one thread, its own encoder, and a check of
 * loss, duplicates and order on every delivery. Hot path. {@code java -cp benchmarks/target/benchmarks.jar
 * io.signalbox.benchmarks.load.Load --help}
 */
@NullMarked
package io.signalbox.benchmarks.load;

import org.jspecify.annotations.NullMarked;
