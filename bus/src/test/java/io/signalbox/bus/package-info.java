@NullMarked
package io.signalbox.bus;

import org.jspecify.annotations.NullMarked;
