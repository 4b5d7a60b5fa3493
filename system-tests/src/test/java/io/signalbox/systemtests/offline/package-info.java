/** Subscribers that are away while much arrives for them. Not hot path. */
@NullMarked
package io.signalbox.systemtests.offline;

import org.jspecify.annotations.NullMarked;
