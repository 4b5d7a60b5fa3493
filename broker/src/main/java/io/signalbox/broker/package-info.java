/** The words in which other rooms talk with the broker; {@code embedded} beside it is the door. */
@NullMarked
package io.signalbox.broker;

import org.jspecify.annotations.NullMarked;
