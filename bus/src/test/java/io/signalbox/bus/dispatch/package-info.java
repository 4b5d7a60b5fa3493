@NullMarked
package io.signalbox.bus.dispatch;

import org.jspecify.annotations.NullMarked;
