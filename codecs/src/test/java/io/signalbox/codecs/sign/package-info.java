@NullMarked
package io.signalbox.codecs.sign;

import org.jspecify.annotations.NullMarked;
