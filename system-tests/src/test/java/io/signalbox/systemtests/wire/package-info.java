/**
 * A second, independent reading of MQTT: the least client that the checks need, written from the
 * specification and sharing no code with the gateway, so that an error of one is not hidden by the
 * same error of the other. Not hot path.
 */
@NullMarked
package io.signalbox.systemtests.wire;

import org.jspecify.annotations.NullMarked;
