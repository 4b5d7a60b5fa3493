/** HTTP/2 (RFC 9113): who speaks it, its limits, and each of its streams as a channel of HTTP requests and answers. */
@NullMarked
package io.signalbox.gateway.web.http2;

import org.jspecify.annotations.NullMarked;
