@NullMarked
package io.signalbox.testkit.envelope;

import org.jspecify.annotations.NullMarked;
