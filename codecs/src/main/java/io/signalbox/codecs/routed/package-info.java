/** What of a message is protected beside its payload, as bytes that every side makes alike. */
@NullMarked
package io.signalbox.codecs.routed;

import org.jspecify.annotations.NullMarked;
