/** How a disk and its folder are handled, as tests; not hot path. */
@NullMarked
package io.signalbox.log.store;

import org.jspecify.annotations.NullMarked;
