/** The one contract everything stands on: publish, open a session, subscribe, settle. On the hot path. */
@NullMarked
package io.signalbox.transport;

import org.jspecify.annotations.NullMarked;
