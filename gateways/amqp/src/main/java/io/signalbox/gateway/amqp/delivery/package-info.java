/** What feeds a link that receives: a session of its own, or one that several links share. Hot path. */
@NullMarked
package io.signalbox.gateway.amqp.delivery;

import org.jspecify.annotations.NullMarked;
