/** How the server's process ends, in numbers that scripts and service managers read. */
@NullMarked
package io.signalbox.server.exit;

import org.jspecify.annotations.NullMarked;
