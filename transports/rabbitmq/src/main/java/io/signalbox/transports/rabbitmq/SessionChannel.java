package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channel that one session consumes on. A new one replaces it after a lost connection. */
final class SessionChannel {
    private static final Logger LOG = LoggerFactory.getLogger(SessionChannel.class);

    private final Channel channel;
    private final Writer writer;
    private final AckLedger ledger = new AckLedger();

    SessionChannel(Channel channel, Writer writer) {
        this.channel = channel;
        this.writer = writer;
    }

    Channel channel() {
        return channel;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** The server has handed it over; in the order of the tags. */
    AckLedger.Open delivered(long tag) {
        return ledger.delivered(tag);
    }

    /** Any thread. {@link #flush} sends it. */
    void settled(AckLedger.Open open) {
        ledger.settled(open);
    }

    void flush() {
        flush(1);
    }

    /** The same, once there are so many of them. */
    void flush(int least) {
        if (ledger.untold() >= least) {
            writer.execute(this::write);
        }
    }

    private void write() {
        if (ledger.untold() > 0 && channel.isOpen()) {
            try {
                ledger.write(channel::basicAck);
            } catch (IOException | ShutdownSignalException e) {
                LOG.debug("acknowledgements on a channel that is gone", e);
            }
        }
    }

    /** Sends what is settled, then closes: the server has all that is unsettled back then. */
    void close() {
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        writer.execute(() -> {
            write();
            flushed.complete(null);
        });
        try {
            flushed.get(5, TimeUnit.SECONDS);
            channel.close();
        } catch (IOException | ShutdownSignalException | TimeoutException e) {
            LOG.debug("closing a channel that is gone", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e); // it is completed with a value alone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
