package io.signalbox.server.http;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets as many look back at once as there is memory for. Thread safe. */
final class Histories {
    /** Of the messages of one answer. */
    static final long BYTES_MAX = 16 << 20;

    /** What they take while they are made into JSON, compared with the messages. */
    private static final int WORKING_FACTOR = 4;

    private static final int SHARE_OF_HEAP = 8;
    private static final long PATIENCE_SECONDS = 10;

    private final Semaphore places = new Semaphore(
            (int) Math.max(1, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / WORKING_FACTOR / BYTES_MAX));

    /** @throws SignalboxException BUSY */
    Response with(Callable<Response> reading) throws Exception {
        if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new SignalboxException(
                    ReasonCode.BUSY, "as many histories are being read as there is memory for; try again");
        }
        try {
            return reading.call();
        } finally {
            places.release();
        }
    }
}
