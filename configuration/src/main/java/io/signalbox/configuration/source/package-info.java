/** Where settings come from: files, and references to the environment. Not hot path. */
@NullMarked
package io.signalbox.configuration.source;

import org.jspecify.annotations.NullMarked;
