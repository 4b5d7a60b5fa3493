@NullMarked
package io.signalbox.transports.composite.merge;

import org.jspecify.annotations.NullMarked;
