/** The one thread that orders and logs what is durable. Hot path. */
@NullMarked
package io.signalbox.broker.journal;

import org.jspecify.annotations.NullMarked;
