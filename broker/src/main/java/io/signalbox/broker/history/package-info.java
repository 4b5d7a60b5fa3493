/** Recent messages of each topic, in memory. Hot path: written by every publisher. */
@NullMarked
package io.signalbox.broker.history;

import org.jspecify.annotations.NullMarked;
