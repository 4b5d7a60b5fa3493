/**
 * The port of codecs: how values become payloads and back, which codec reads what arrives, and what is wrapped around
 * a payload on its way. The codecs themselves live elsewhere. Warm path: once per message that leaves the process.
 */
@NullMarked
package io.signalbox.codec;

import org.jspecify.annotations.NullMarked;
