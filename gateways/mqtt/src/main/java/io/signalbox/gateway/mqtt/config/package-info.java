/** What an operator may choose about MQTT, and what is counted. Read everywhere, changed nowhere. */
@NullMarked
package io.signalbox.gateway.mqtt.config;

import org.jspecify.annotations.NullMarked;
