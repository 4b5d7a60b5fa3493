/** The mailbox without any engine. */
@NullMarked
package io.signalbox.transports.delivery;

import org.jspecify.annotations.NullMarked;
