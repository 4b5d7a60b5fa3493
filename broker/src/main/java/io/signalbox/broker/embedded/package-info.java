/** The door to the embedded broker, and where its stations are wired together. */
@NullMarked
package io.signalbox.broker.embedded;

import org.jspecify.annotations.NullMarked;
