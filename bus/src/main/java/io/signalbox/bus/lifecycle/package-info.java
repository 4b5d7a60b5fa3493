/** Events that the bus itself publishes about its work, each type on a lane of its own that drops its oldest. */
@NullMarked
package io.signalbox.bus.lifecycle;

import org.jspecify.annotations.NullMarked;
