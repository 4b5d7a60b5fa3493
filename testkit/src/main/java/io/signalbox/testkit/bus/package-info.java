/**
 * A bus whose every order, delay and fault comes from a seed, for tests of code that uses a bus: start at
 * {@link io.signalbox.testkit.bus.DeterministicBus}. Nothing here is on a hot path.
 */
@NullMarked
package io.signalbox.testkit.bus;

import org.jspecify.annotations.NullMarked;
