/**
 * The contract over another Signalbox server: a session here is a session there, on a connection of its own. Not hot
 * path but for publishing and receiving.
 */
@NullMarked
package io.signalbox.transports.remote;

import org.jspecify.annotations.NullMarked;
