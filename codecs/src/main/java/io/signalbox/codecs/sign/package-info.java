/**
 * A layer that signs messages and checks who signed: with keys that the receiver knows, with certificates that chain to
 * an authority it trusts, or with JSON Web Tokens.
 */
@NullMarked
package io.signalbox.codecs.sign;

import org.jspecify.annotations.NullMarked;
