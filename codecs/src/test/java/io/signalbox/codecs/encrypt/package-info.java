@NullMarked
package io.signalbox.codecs.encrypt;

import org.jspecify.annotations.NullMarked;
