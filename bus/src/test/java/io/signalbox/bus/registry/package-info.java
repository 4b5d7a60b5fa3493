@NullMarked
package io.signalbox.bus.registry;

import org.jspecify.annotations.NullMarked;
