@NullMarked
package io.signalbox.testkit.bus;

import org.jspecify.annotations.NullMarked;
