@NullMarked
package io.signalbox.codecs.envelope;

import org.jspecify.annotations.NullMarked;
