@NullMarked
package io.signalbox.codecs.doc;

import org.jspecify.annotations.NullMarked;
