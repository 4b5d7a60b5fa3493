/**
 * What a message published over each protocol says to receivers over each other: real clients at both ends of a real server.
 */
@NullMarked
package io.signalbox.systemtests.matrix;

import org.jspecify.annotations.NullMarked;
