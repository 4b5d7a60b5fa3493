/**
 * Helpers for tests of anything that stands on the transport contract: clocks and lanes that a test moves, a
 * subscriber that records. Published for users; never on a hot path.
 */
@NullMarked
package io.signalbox.testkit;

import org.jspecify.annotations.NullMarked;
