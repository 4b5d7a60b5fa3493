@NullMarked
package io.signalbox.bus.queue;

import org.jspecify.annotations.NullMarked;
