/** Against a real server: the contract, faults, redis-cli. */
@NullMarked
package io.signalbox.transports.redis;

import org.jspecify.annotations.NullMarked;
