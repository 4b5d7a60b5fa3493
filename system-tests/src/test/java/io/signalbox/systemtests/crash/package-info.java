/**
 * Publishers and subscribers under load while the broker is killed again and again, and the checker
 * that compares what was acknowledged with what arrived. Not hot path.
 */
@NullMarked
package io.signalbox.systemtests.crash;

import org.jspecify.annotations.NullMarked;
