/** A transport of one lock and plain collections, honest and slow, that the contract suite is proven on. */
@NullMarked
package io.signalbox.testkit.memory;

import org.jspecify.annotations.NullMarked;
