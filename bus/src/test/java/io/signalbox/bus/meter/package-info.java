@NullMarked
package io.signalbox.bus.meter;

import org.jspecify.annotations.NullMarked;
