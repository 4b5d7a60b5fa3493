/**
 * A layer that encrypts payloads with AES-256-GCM. Every payload is encrypted with a data key, which travels beside it,
 * wrapped by a key that stays where keys are kept.
 */
@NullMarked
package io.signalbox.codecs.encrypt;

import org.jspecify.annotations.NullMarked;
