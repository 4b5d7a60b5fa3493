/** The front of the embedded broker: all that other rooms may touch of it. */
@NullMarked
package io.signalbox.broker;

import org.jspecify.annotations.NullMarked;
