/** What a handler can ask about the message it is handling. On the hot path. */
@NullMarked
package io.signalbox.bus.context;

import org.jspecify.annotations.NullMarked;
