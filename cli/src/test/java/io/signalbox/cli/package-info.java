/** Tests of the commands: their help, exit codes and output. */
@NullMarked
package io.signalbox.cli;

import org.jspecify.annotations.NullMarked;
