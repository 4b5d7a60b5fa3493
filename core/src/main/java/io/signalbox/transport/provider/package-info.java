/**
 * How transports are announced to {@link java.util.ServiceLoader}, so that a configuration can name them: a jar on the
 * class path is enough to add one. Not hot path.
 */
@NullMarked
package io.signalbox.transport.provider;

import org.jspecify.annotations.NullMarked;
