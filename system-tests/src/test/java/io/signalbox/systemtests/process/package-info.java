/**
 * Brokers and other programs as child processes: started, watched, killed and always cleaned up. Not
 * hot path.
 */
@NullMarked
package io.signalbox.systemtests.process;

import org.jspecify.annotations.NullMarked;
