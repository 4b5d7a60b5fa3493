/** Clients that others wrote, as their users run them, against a real server. Not hot path. */
@NullMarked
package io.signalbox.systemtests.clients;

import org.jspecify.annotations.NullMarked;
