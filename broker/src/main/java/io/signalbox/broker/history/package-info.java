/** Looking back: recent messages of each topic in memory, everything logged on disk. */
@NullMarked
package io.signalbox.broker.history;

import org.jspecify.annotations.NullMarked;
