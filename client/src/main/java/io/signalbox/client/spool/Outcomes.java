package io.signalbox.client.spool;

import io.signalbox.transport.Refusal;
import java.io.IOException;

/** Hears how messages end. On the drain's thread or the connection's; must not block but for the disk. */
interface Outcomes {
    void acknowledged(Store.Stored stored, boolean subscribers);

    void expired(Store.Stored stored);

    /** @return false: there is no room for it now; it is asked again */
    boolean refused(Store.Stored stored, Refusal refusal) throws IOException;

    /** Room is free again. */
    void done(long messages, long bytes);
}
