/** Carries messages from one transport to another, at least once and in order. Never on a publisher's path. */
@NullMarked
package io.signalbox.transports.composite.bridge;

import org.jspecify.annotations.NullMarked;
