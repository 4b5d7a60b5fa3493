/** Payloads in Avro. A module of its own, for its library. */
@NullMarked
package io.signalbox.avro;

import org.jspecify.annotations.NullMarked;
