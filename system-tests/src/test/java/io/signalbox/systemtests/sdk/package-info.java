/** The SDK for Java against real servers: offline, killed on either side, applications that know each other. */
@NullMarked
package io.signalbox.systemtests.sdk;

import org.jspecify.annotations.NullMarked;
