/** On a real PostgreSQL, and on H2. */
@NullMarked
package io.signalbox.busjdbc;

import org.jspecify.annotations.NullMarked;
