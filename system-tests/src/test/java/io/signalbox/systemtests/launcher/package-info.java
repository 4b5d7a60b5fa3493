/** The script {@code ./signalbox}: how it finds a JDK, when it builds, and what it runs. Not hot path. */
@NullMarked
package io.signalbox.systemtests.launcher;

import org.jspecify.annotations.NullMarked;
