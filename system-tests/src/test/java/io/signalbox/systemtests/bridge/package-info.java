/** Bridges of a real server, between real servers, with other people's clients at both ends. */
@NullMarked
package io.signalbox.systemtests.bridge;

import org.jspecify.annotations.NullMarked;
