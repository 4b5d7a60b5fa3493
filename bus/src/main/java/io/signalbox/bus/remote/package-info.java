/** The bus over a transport: what leaves this process, what arrives, and how each of them is settled. */
@NullMarked
package io.signalbox.bus.remote;

import org.jspecify.annotations.NullMarked;
