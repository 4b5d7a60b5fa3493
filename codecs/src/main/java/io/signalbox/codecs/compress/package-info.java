/** A layer that makes large payloads smaller, and refuses to be blown up by small ones. */
@NullMarked
package io.signalbox.codecs.compress;

import org.jspecify.annotations.NullMarked;
