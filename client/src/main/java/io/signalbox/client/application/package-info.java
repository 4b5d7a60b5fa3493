/** Applications that know each other by name: publish, send, subscribe, who is there. */
@NullMarked
package io.signalbox.client.application;

import org.jspecify.annotations.NullMarked;
