/** Tests of the server. */
@NullMarked
package io.signalbox.server.config;

import org.jspecify.annotations.NullMarked;
