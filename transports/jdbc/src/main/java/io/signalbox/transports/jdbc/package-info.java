/** Messages in a database: a table of messages, a row for each queue that one is owed to. PostgreSQL and H2. */
@NullMarked
package io.signalbox.transports.jdbc;

import org.jspecify.annotations.NullMarked;
