/** Against a real server: the contract, faults, other clients. */
@NullMarked
package io.signalbox.transports.rabbitmq;

import org.jspecify.annotations.NullMarked;
