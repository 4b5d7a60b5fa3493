package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channel that one session consumes on. A new one replaces it after a lost connection. */
final class SessionChannel {
    private static final Logger LOG = LoggerFactory.getLogger(SessionChannel.class);

    private static final Duration FLUSH_WAIT = Duration.ofSeconds(5);

    private final Channel channel;
    private final Writer writer;
    private final Duration flushWait;
    private final AckLedger ledger = new AckLedger();

    SessionChannel(Channel channel, Writer writer) {
        this(channel, writer, FLUSH_WAIT);
    }

    /** @param flushWait so long {@link #close} waits for a line that takes nothing */
    SessionChannel(Channel channel, Writer writer, Duration flushWait) {
        this.channel = channel;
        this.writer = writer;
        this.flushWait = flushWait;
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

    /**
     * Sends what is settled, then closes: the server has all that is unsettled back then. If the line takes nothing for
     * now, it is closed once it does: a channel that stays would keep what nobody settles any more.
     */
    void close() {
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        writer.execute(() -> {
            try {
                write();
            } finally {
                flushed.complete(null);
            }
        });
        try {
            flushed.get(flushWait.toMillis(), TimeUnit.MILLISECONDS);
            end();
        } catch (TimeoutException e) {
            LOG.warn("RabbitMQ reads nothing for {}; a channel is closed later", flushWait);
            writer.execute(this::end); // behind what holds it up, where nobody waits
        } catch (ExecutionException e) {
            throw new AssertionError(e); // it is completed with a value alone
        } catch (InterruptedException e) {
            writer.execute(this::end);
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            channel.close();
        } catch (IOException | ShutdownSignalException | TimeoutException e) {
            LOG.debug("closing a channel that is gone", e);
        }
    }
}
