/** The HTTP API: a small router on Netty, its bounds against strangers, and the endpoints. Work runs on virtual threads. */
@NullMarked
package io.signalbox.server.http;

import org.jspecify.annotations.NullMarked;
