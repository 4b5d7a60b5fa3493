/** The rules of the house that the compiler does not hold. Not hot path. */
@NullMarked
package io.signalbox.systemtests.architecture;

import org.jspecify.annotations.NullMarked;
