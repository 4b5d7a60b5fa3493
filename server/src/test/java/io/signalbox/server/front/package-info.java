/** Tests of what stands before the transport. */
@NullMarked
package io.signalbox.server.front;

import org.jspecify.annotations.NullMarked;
