/** Tests of the server. */
@NullMarked
package io.signalbox.server.http;

import org.jspecify.annotations.NullMarked;
