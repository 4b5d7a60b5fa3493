/** Bridges between configured transports: what crosses, in which codec, and what is archived of it. */
@NullMarked
package io.signalbox.configuration.bridge;

import org.jspecify.annotations.NullMarked;
