/** Payloads in MessagePack: JSON's model, in fewer bytes, with binary values. */
@NullMarked
package io.signalbox.codecs.msgpack;

import org.jspecify.annotations.NullMarked;
