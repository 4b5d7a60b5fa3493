@NullMarked
package io.signalbox.codecs;

import org.jspecify.annotations.NullMarked;
