@NullMarked
package io.signalbox.transports.kafka;

import org.jspecify.annotations.NullMarked;
