/** Payloads that are what they are: bytes and text. */
@NullMarked
package io.signalbox.codecs.plain;

import org.jspecify.annotations.NullMarked;
