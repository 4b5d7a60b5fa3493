/** A network that fails on demand, for tests of whoever must live with one. */
@NullMarked
package io.signalbox.testkit.net;

import org.jspecify.annotations.NullMarked;
