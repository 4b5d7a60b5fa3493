package io.signalbox.systemtests.matrix;

import io.signalbox.systemtests.process.ServerProcess;
import java.time.Duration;

/** A client that receives. */
interface Receiver {
    Duration PATIENCE = Duration.ofSeconds(30);

    /** How it reads. */
    Wire wire();

    /** Returns when the server has taken the subscription. */
    Inbox subscribe(ServerProcess server, String topic) throws Exception;

    /** What has arrived. */
    interface Inbox extends AutoCloseable {
        /** Waits for the next, at most {@link #PATIENCE}. */
        Letter next() throws Exception;
    }
}
