/** A server that tests script: it takes, refuses, keeps silent and goes away as they say. */
@NullMarked
package io.signalbox.client.fake;

import org.jspecify.annotations.NullMarked;
