/** A network that fails on demand, for tests of whoever must live with one, and ports for servers that come back. */
@NullMarked
package io.signalbox.testkit.net;

import org.jspecify.annotations.NullMarked;
