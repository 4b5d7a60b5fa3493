/** Wire protocols inside WebSockets (RFC 6455): the HTTP upgrade, and frames to bytes and back. */
@NullMarked
package io.signalbox.gateway.web.websocket;

import org.jspecify.annotations.NullMarked;
