/** One object per connection, owned by its event loop, that ties the links together. */
@NullMarked
package io.signalbox.gateway.amqp.connection;

import org.jspecify.annotations.NullMarked;
