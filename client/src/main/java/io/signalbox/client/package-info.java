/** The SDK for Java applications: this package is what they touch; those below are its stations. Off the hot path of any server. */
@NullMarked
package io.signalbox.client;

import org.jspecify.annotations.NullMarked;
