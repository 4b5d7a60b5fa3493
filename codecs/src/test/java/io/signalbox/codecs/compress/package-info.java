@NullMarked
package io.signalbox.codecs.compress;

import org.jspecify.annotations.NullMarked;
