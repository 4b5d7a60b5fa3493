/** The way of a command: handler, attempts, result. Hot path for commands without options, middleware and retries. */
@NullMarked
package io.signalbox.bus.command;

import org.jspecify.annotations.NullMarked;
