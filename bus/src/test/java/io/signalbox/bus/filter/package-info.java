@NullMarked
package io.signalbox.bus.filter;

import org.jspecify.annotations.NullMarked;
