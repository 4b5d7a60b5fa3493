/** How types of messages are treated, fixed when the bus is built. */
@NullMarked
package io.signalbox.bus.settings;

import org.jspecify.annotations.NullMarked;
