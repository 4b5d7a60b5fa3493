/** Several transports that look like one: strategies, archives, and what they promise together. */
@NullMarked
package io.signalbox.transports.composite;

import org.jspecify.annotations.NullMarked;
