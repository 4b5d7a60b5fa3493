@NullMarked
package io.signalbox.condition;

import org.jspecify.annotations.NullMarked;
