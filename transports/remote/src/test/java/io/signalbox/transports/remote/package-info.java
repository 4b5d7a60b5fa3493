@NullMarked
package io.signalbox.transports.remote;

import org.jspecify.annotations.NullMarked;
