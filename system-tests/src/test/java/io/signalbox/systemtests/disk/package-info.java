/** The disk: what is on it before an acknowledgement leaves, and what happens when it is full. Not hot path. */
@NullMarked
package io.signalbox.systemtests.disk;

import org.jspecify.annotations.NullMarked;
