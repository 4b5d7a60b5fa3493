/** Topics and topic filters: validated once, at creation, and right ever after. Read on the hot path. */
@NullMarked
package io.signalbox.topic;

import org.jspecify.annotations.NullMarked;
