/** The only place where rooms are wired: configuration, lifecycle, the HTTP API, metrics. Nobody depends on it. */
@NullMarked
package io.signalbox.server;

import org.jspecify.annotations.NullMarked;
