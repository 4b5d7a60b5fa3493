/** Payloads in Protobuf. A module of its own, for its library. */
@NullMarked
package io.signalbox.protobuf;

import org.jspecify.annotations.NullMarked;
