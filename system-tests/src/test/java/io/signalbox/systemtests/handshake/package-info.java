/**
 * Exchanges of QoS 2 that are broken off between every two of their steps, in both directions, by a
 * broker that is killed or a connection that is lost. Not hot path.
 */
@NullMarked
package io.signalbox.systemtests.handshake;

import org.jspecify.annotations.NullMarked;
