@NullMarked
package io.signalbox.bus.deadletter;

import org.jspecify.annotations.NullMarked;
