/**
 * Publishers and subscribers under load while the broker is killed, stopped or starved of disk, or
 * while connections come and go, and the checker that compares what was acknowledged with what
 * arrived. Not hot path.
 */
@NullMarked
package io.signalbox.systemtests.crash;

import org.jspecify.annotations.NullMarked;
