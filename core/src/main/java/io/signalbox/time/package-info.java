/** The clock that message and session lifetimes are measured with. */
@NullMarked
package io.signalbox.time;

import org.jspecify.annotations.NullMarked;
