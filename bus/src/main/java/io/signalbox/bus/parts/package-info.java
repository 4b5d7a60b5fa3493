/** What the rooms of a bus share. */
@NullMarked
package io.signalbox.bus.parts;

import org.jspecify.annotations.NullMarked;
