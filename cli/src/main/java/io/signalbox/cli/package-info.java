/** The {@code signalbox} command: one class a subcommand, which parses, calls and prints. */
@NullMarked
package io.signalbox.cli;

import org.jspecify.annotations.NullMarked;
