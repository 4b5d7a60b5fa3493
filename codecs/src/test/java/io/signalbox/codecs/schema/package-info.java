@NullMarked
package io.signalbox.codecs.schema;

import org.jspecify.annotations.NullMarked;
