package io.signalbox.transports.remote.wire;

import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;

/**
 * Hears how a publish ended, on the loop, at most once: nothing when the connection is lost before, since nobody knows
 * then.
 */
public interface Answer {
    void taken(Receipt receipt);

    void refused(Refusal refusal);
}
