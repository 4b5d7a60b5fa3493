/** Tests of parts of the hierarchy. */
@NullMarked
package io.signalbox.configuration.hierarchy;

import org.jspecify.annotations.NullMarked;
