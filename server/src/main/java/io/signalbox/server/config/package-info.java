/** The server's configuration: every key with its default and its text, read whole and checked before anything starts. */
@NullMarked
package io.signalbox.server.config;

import org.jspecify.annotations.NullMarked;
