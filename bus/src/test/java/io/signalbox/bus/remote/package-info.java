@NullMarked
package io.signalbox.bus.remote;

import org.jspecify.annotations.NullMarked;
