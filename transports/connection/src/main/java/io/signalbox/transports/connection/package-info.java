/**
 * What every transport over a foreign engine shares about its connection: keeping it, backing off, knowing when
 * it counts as away, bounding what is under way, and which nodes beside it are gone. Knows no engine. {@link io.signalbox.transports.connection.PublishBound} is on
 * the hot path.
 */
@NullMarked
package io.signalbox.transports.connection;

import org.jspecify.annotations.NullMarked;
