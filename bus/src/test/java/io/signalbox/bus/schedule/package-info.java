@NullMarked
package io.signalbox.bus.schedule;

import org.jspecify.annotations.NullMarked;
