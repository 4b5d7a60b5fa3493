/** Reading the past: the log for what was logged, the topics' histories for what was not. Not hot; may block. */
@NullMarked
package io.signalbox.broker.replay;

import org.jspecify.annotations.NullMarked;
