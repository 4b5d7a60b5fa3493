/** The last value of each topic, kept here. */
@NullMarked
package io.signalbox.client.cache;

import org.jspecify.annotations.NullMarked;
