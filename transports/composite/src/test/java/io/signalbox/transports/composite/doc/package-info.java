@NullMarked
package io.signalbox.transports.composite.doc;

import org.jspecify.annotations.NullMarked;
