/** Which messages a handler, or the whole bus, wants to see. */
@NullMarked
package io.signalbox.bus.filter;

import org.jspecify.annotations.NullMarked;
