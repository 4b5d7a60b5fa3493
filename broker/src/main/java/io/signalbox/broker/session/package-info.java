/** Sessions: queues of deliveries, each owned by one lane at a time. Hot path. */
@NullMarked
package io.signalbox.broker.session;

import org.jspecify.annotations.NullMarked;
