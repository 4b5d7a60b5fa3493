/** What is decided before a message is routed: its topic's policy, and whether it came before. */
@NullMarked
package io.signalbox.broker.admission;

import org.jspecify.annotations.NullMarked;
