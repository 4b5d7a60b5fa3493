/** The one thread on which a client tells its application things, in order. */
@NullMarked
package io.signalbox.client.lane;

import org.jspecify.annotations.NullMarked;
