/** Questions and their answers. */
@NullMarked
package io.signalbox.client.request;

import org.jspecify.annotations.NullMarked;
