/** Tests of the security room. */
@NullMarked
package io.signalbox.security;

import org.jspecify.annotations.NullMarked;
