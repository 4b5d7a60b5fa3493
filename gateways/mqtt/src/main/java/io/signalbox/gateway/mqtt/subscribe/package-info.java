/** SUBSCRIBE and UNSUBSCRIBE, share groups, and the past on request. Once per subscription. */
@NullMarked
package io.signalbox.gateway.mqtt.subscribe;

import org.jspecify.annotations.NullMarked;
