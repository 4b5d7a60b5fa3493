/** What an operator may choose about AMQP, and what is counted. Read everywhere, changed nowhere. */
@NullMarked
package io.signalbox.gateway.amqp.config;

import org.jspecify.annotations.NullMarked;
