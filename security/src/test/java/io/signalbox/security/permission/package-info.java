/** Tests of the security room. */
@NullMarked
package io.signalbox.security.permission;

import org.jspecify.annotations.NullMarked;
