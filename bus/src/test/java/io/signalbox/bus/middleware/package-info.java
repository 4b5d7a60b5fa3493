@NullMarked
package io.signalbox.bus.middleware;

import org.jspecify.annotations.NullMarked;
