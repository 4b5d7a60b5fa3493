@NullMarked
package io.signalbox.codecs.routed;

import org.jspecify.annotations.NullMarked;
