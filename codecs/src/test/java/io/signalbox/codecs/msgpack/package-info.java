@NullMarked
package io.signalbox.codecs.msgpack;

import org.jspecify.annotations.NullMarked;
