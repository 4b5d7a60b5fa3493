/** Seeded generators of topics and filters for property tests; never on a hot path. */
@NullMarked
package io.signalbox.testkit.topic;

import org.jspecify.annotations.NullMarked;
