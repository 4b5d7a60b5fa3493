/** The transport over another Signalbox: the whole contract, and a server that is killed. */
@NullMarked
package io.signalbox.systemtests.remote;

import org.jspecify.annotations.NullMarked;
