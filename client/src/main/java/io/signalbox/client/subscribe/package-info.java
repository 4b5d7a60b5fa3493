/** What arrives: to whose subscriptions it belongs, in which order it is handled, when it is acknowledged. */
@NullMarked
package io.signalbox.client.subscribe;

import org.jspecify.annotations.NullMarked;
