/**
 * Who may come in and what they may do, behind the ports that {@code core} declares. What cannot be read, or cannot be
 * understood, closes the door and never opens it. Not on the hot path: gateways keep answers until the epoch changes.
 */
@NullMarked
package io.signalbox.security;

import org.jspecify.annotations.NullMarked;
