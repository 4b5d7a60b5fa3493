/** Sessions: handlers, state and messages that belong together and end together. */
@NullMarked
package io.signalbox.bus.session;

import org.jspecify.annotations.NullMarked;
