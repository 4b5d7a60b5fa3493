/** The SDK for JavaScript, as its package was built, against real servers: in Node.js and in a real browser. */
@NullMarked
package io.signalbox.systemtests.sdkjs;

import org.jspecify.annotations.NullMarked;
