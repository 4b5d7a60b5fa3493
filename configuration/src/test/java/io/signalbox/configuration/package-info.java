/** Texts in, transports out; with a server that is there when the test says so. */
@NullMarked
package io.signalbox.configuration;

import org.jspecify.annotations.NullMarked;
