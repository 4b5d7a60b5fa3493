/**
 * Whole messages as JSON documents: the form of metadata and payload, and CloudEvents. Every mapping is lossless: the
 * payload comes back byte by byte.
 */
@NullMarked
package io.signalbox.codecs.envelope;

import org.jspecify.annotations.NullMarked;
