/** What stands between the gateways and the transport that they serve. Hot path: each delivery passes here. */
@NullMarked
package io.signalbox.server.front;

import org.jspecify.annotations.NullMarked;
