@NullMarked
package io.signalbox.configuration.plan;

import org.jspecify.annotations.NullMarked;
