/** Sessions that end with much still owed to them: memory and disk must come back. Not hot path. */
@NullMarked
package io.signalbox.systemtests.expiry;

import org.jspecify.annotations.NullMarked;
