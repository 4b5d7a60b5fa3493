/** Messages that belong to a database transaction: the outbox on the way out, the inbox on the way in. */
@NullMarked
package io.signalbox.transports.jdbc.outbox;

import org.jspecify.annotations.NullMarked;
