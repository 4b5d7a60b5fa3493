/** Tests of what stands beside a bridge. */
@NullMarked
package io.signalbox.configuration.bridge;

import org.jspecify.annotations.NullMarked;
