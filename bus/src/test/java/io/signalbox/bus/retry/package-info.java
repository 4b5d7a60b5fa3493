@NullMarked
package io.signalbox.bus.retry;

import org.jspecify.annotations.NullMarked;
