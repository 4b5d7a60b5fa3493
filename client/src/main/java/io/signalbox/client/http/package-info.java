/** What the server is asked over HTTP: the past, dead letters, figures. */
@NullMarked
package io.signalbox.client.http;

import org.jspecify.annotations.NullMarked;
