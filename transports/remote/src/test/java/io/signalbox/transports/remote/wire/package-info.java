@NullMarked
package io.signalbox.transports.remote.wire;

import org.jspecify.annotations.NullMarked;
