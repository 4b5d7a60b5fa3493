/** From a topic to the sessions that want it. Hot path. */
@NullMarked
package io.signalbox.broker.routing;

import org.jspecify.annotations.NullMarked;
