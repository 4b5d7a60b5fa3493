/** Tests of the security room. */
@NullMarked
package io.signalbox.security.password;

import org.jspecify.annotations.NullMarked;
