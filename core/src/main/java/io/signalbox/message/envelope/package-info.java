/**
 * The one envelope of a message on every transport: what the routed part of a message is called outside of this
 * process. The payload is never touched. Warm path: once per message that crosses an engine.
 */
@NullMarked
package io.signalbox.message.envelope;

import org.jspecify.annotations.NullMarked;
