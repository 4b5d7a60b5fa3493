/** Wills: kept here until their client goes without a word, or for a delay thereafter. Off the hot path. */
@NullMarked
package io.signalbox.gateway.mqtt.will;

import org.jspecify.annotations.NullMarked;
