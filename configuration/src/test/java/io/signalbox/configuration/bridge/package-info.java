@NullMarked
package io.signalbox.configuration.bridge;

import org.jspecify.annotations.NullMarked;
