/** What is published waits here, on disk or in memory, until the server has it or has refused it for good. */
@NullMarked
package io.signalbox.client.spool;

import org.jspecify.annotations.NullMarked;
