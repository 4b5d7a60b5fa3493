/** Payloads in JSON. */
@NullMarked
package io.signalbox.codecs.json;

import org.jspecify.annotations.NullMarked;
