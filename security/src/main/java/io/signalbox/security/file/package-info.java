/** Security files, read whole or not at all. */
@NullMarked
package io.signalbox.security.file;

import org.jspecify.annotations.NullMarked;
