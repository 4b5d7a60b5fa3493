/** Who a stranger is: checks, asked in order until one knows. */
@NullMarked
package io.signalbox.security.credential;

import org.jspecify.annotations.NullMarked;
