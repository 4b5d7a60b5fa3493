/**
 * The contract suite that every transport runs: extend {@link TransportContract} and give it a {@link
 * TransportFixture}. One theme of the contract per file; never on a hot path.
 */
@NullMarked
package io.signalbox.testkit.contract;

import org.jspecify.annotations.NullMarked;
