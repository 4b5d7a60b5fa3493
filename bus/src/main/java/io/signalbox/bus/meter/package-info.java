/** The bus's numbers for Micrometer, and as JSON. */
@NullMarked
package io.signalbox.bus.meter;

import org.jspecify.annotations.NullMarked;
