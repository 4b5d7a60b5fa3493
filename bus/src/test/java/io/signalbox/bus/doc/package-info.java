@NullMarked
package io.signalbox.bus.doc;

import org.jspecify.annotations.NullMarked;
