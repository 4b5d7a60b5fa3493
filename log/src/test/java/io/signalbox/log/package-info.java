/** The log's specification as tests; not hot path. */
@NullMarked
package io.signalbox.log;

import org.jspecify.annotations.NullMarked;
