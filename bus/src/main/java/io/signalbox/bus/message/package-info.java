/** What travels: commands, events and queries as users write them, their envelope, and how each of them ends. */
@NullMarked
package io.signalbox.bus.message;

import org.jspecify.annotations.NullMarked;
