@NullMarked
package io.signalbox.codecs.plain;

import org.jspecify.annotations.NullMarked;
