package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.Mailbox;
import io.signalbox.transports.delivery.Subscriptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a session this instance's: whoever has it elsewhere is told, and what an earlier owner left is found. */
final class Claim {
    private final RabbitMqTransport transport;
    private final RabbitSession session;
    private final SessionOptions options;
    private final SessionQueues queues;
    private final Subscriptions subscriptions;
    private final Mailbox<Inbound> mailbox;
    private final RecordCell cell;

    Claim(
            RabbitMqTransport transport,
            RabbitSession session,
            SessionOptions options,
            SessionQueues queues,
            Subscriptions subscriptions,
            Mailbox<Inbound> mailbox,
            Settling settling,
            Runnable lost) {
        this.transport = transport;
        this.session = session;
        this.options = options;
        this.queues = queues;
        this.subscriptions = subscriptions;
        this.mailbox = mailbox;
        cell = new RecordCell(transport.topology(), options.name(), settling, lost);
    }

    /** The queue that holds the record of a durable session. */
    String recordQueue() {
        return cell.queue();
    }

    /**
     * The first time, for a new owner.
     *
     * @throws SignalboxException BUSY if another instance does not let go of it
     */
    void make(ConsumeLink.Line line, Duration expiry) throws IOException {
        if (options.durable()) {
            SessionRecord record = acquire(line);
            if (record == null) {
                throw new SignalboxException(
                        ReasonCode.BUSY,
                        "session '" + options.name() + "' is another instance's, which does not let go of it within "
                                + transport.config().openWait());
            }
            if (!cell.existed()) {
                takeTransient(line);
            }
            begin(line, record, expiry);
        } else {
            endDurable(line);
            takeTransient(line);
        }
    }

    /** One name is one session: a durable one of this name ends with the transient one's beginning. */
    private void endDurable(ConsumeLink.Line line) throws IOException {
        if (Probe.queue(line.connection(), cell.queue()).isEmpty()) {
            return;
        }
        SessionRecord record = acquire(line);
        if (record != null) {
            new SessionQueues(
                            transport.topology(), options.withExpiry(SessionOptions.NEVER), new Settling(Duration.ZERO))
                    .delete(line.connection(), record.subscriptions(), cell.queue());
            transport.sessions().forget(options.name());
        }
        cell.release();
    }

    private @Nullable SessionRecord acquire(ConsumeLink.Line line) throws IOException {
        return cell.acquire(
                line.connection(),
                options,
                transport.config().openWait(),
                to -> transport.takeovers().announce(to, options.name()));
    }

    /**
     * Again, on a new connection.
     *
     * @return false if it is another instance's by now
     */
    boolean renew(ConsumeLink.Line line, Duration expiry) throws IOException {
        if (isHeld()) {
            return true;
        }
        SessionRecord record =
                cell.acquire(line.connection(), options, transport.config().openWait(), to -> {});
        if (record != null && record.version() == 1) {
            write(expiry, 0); // the one before is gone
        }
        return record != null;
    }

    /** True for a transient session, which needs none. */
    boolean isHeld() {
        return !options.durable() || cell.isHeld();
    }

    void release() {
        cell.release();
    }

    private void begin(ConsumeLink.Line line, SessionRecord record, Duration expiry) throws IOException {
        boolean anew = !cell.existed()
                || options.cleanStart()
                || record.isExpired(transport.time().millis())
                || Probe.queue(line.connection(), queues.heavy()).isEmpty();
        session.resumed(!anew);
        if (anew) {
            queues.delete(line.connection(), record.subscriptions(), null);
            transport.sessions().forget(options.name());
        } else {
            record.subscriptions().forEach(subscriptions::put);
            mailbox.remember(transport.sessions().recall(options.name()));
        }
        if (cell.existed()) {
            write(expiry, 0);
        }
    }

    /** A transient session of that name may be another instance's. */
    private void takeTransient(ConsumeLink.Line line) throws IOException {
        long deadline = System.nanoTime() + transport.config().openWait().toNanos();
        boolean announced = false;
        while (isConsumed(line) && System.nanoTime() < deadline) {
            if (!announced) {
                announced = true;
                Probe.ask(line.connection(), channel -> {
                    transport.takeovers().announce(channel, options.name());
                    return true;
                });
            }
            ConsumeLines.pause();
        }
        transientQueues().delete(line.connection(), List.of(), null);
    }

    private SessionQueues transientQueues() {
        return options.durable()
                ? new SessionQueues(
                        transport.topology(), options.withExpiry(Duration.ZERO), new Settling(Duration.ZERO))
                : queues;
    }

    private boolean isConsumed(ConsumeLink.Line line) throws IOException {
        return Probe.queue(line.connection(), transientQueues().heavy())
                .map(ok -> ok.getConsumerCount() > 0)
                .orElse(false);
    }

    /**
     * Writes down what a durable session is now.
     *
     * @param detachedAtMillis 0 while it is attached
     */
    void write(Duration expiry, long detachedAtMillis) throws IOException {
        if (options.durable()) {
            cell.update(cell.record().next(expiry, detachedAtMillis, subscriptions.all()));
        }
    }
}
