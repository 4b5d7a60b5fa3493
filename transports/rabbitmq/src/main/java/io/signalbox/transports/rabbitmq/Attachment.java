package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.ShutdownSignalException;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.Mailbox;
import io.signalbox.transports.delivery.Subscriptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's place on the server while somebody has it. Everything that asks the server runs in the session's strand,
 * one after the other; when the connection fails meanwhile, it is set up anew and asked again.
 */
final class Attachment {
    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);

    /**
     * The record is written anew so often, since a server closes the channel of what is unacknowledged for longer than
     * its {@code consumer_timeout}, 30 minutes by default.
     */
    private static final long REFRESH_MILLIS = Duration.ofMinutes(10).toMillis();

    private final RabbitMqTransport transport;
    private final ConsumeLines lines;
    private final RabbitSession session;
    private final SessionOptions options;
    private final Subscriptions subscriptions;
    private final Mailbox<Inbound> mailbox;
    private final Settling settling;
    private final SessionQueues queues;
    private final Claim claim;
    private final Consumption consumption;
    private final Persistence persistence;
    private volatile Duration expiry;
    private volatile long refreshedMillis;

    Attachment(
            RabbitMqTransport transport,
            RabbitSession session,
            ConsumeLines lines,
            SessionOptions options,
            Subscriptions subscriptions,
            Mailbox<Inbound> mailbox) {
        this.transport = transport;
        this.session = session;
        this.lines = lines;
        this.options = options;
        this.subscriptions = subscriptions;
        this.mailbox = mailbox;
        expiry = options.expiry();
        refreshedMillis = transport.time().millis();
        settling = new Settling(transport.config().queueSettle());
        persistence = new Persistence(options.name(), transport.config().openWait(), this::isWanted);
        queues = new SessionQueues(transport.topology(), options, settling);
        claim = new Claim(transport, session, options, queues, subscriptions, mailbox, settling, session::lineIsBack);
        Receiving receiving = new Receiving(
                transport.mapping(), transport.names(), transport.deadLetters(), options.name(), subscriptions);
        consumption = new Consumption(options, queues, receiving, mailbox, this::deleted);
    }

    private boolean isWanted() {
        return mailbox.attached() && !transport.isClosed();
    }

    // Setting up

    void open() {
        lines.link().sessions.add(session);
        persistence.untilGivenUp(() -> setUp(true));
    }

    /** After a lost connection or channel. */
    void reestablish() {
        if (mailbox.attached() && !isInPlace()) {
            try {
                persistence.asLongAsItTakes(() -> setUp(false));
            } catch (SignalboxException e) {
                LOG.warn("session {} is not back yet: {}", options.name(), e.getMessage());
            }
        }
    }

    private boolean isInPlace() {
        SessionChannel channel = consumption.current();
        return channel != null && channel.isOpen() && claim.isHeld();
    }

    private boolean setUp(boolean first) throws IOException {
        ConsumeLink.Line line = lines.await(transport.config().openWait());
        settling.deleteBroken(line.connection());
        if (first) {
            claim.make(line, expiry);
        } else if (!claim.renew(line, expiry)) {
            transport.sessions().takenOver(options.name());
            return false;
        }
        SessionChannel before = consumption.current();
        if (before == null || !before.isOpen()) {
            consume(line);
        }
        settling.await(line.connection());
        return true;
    }

    private void consume(ConsumeLink.Line line) throws IOException {
        SessionChannel channel = line.channel();
        channel.channel().addShutdownListener(cause -> ended(channel, cause));
        try {
            queues.declare(line.connection(), channel.channel());
            consumption.on(channel);
            for (FilterSpec spec : subscriptions.all()) {
                queues.bind(line.connection(), channel.channel(), spec);
            }
            consumption.begin(channel, subscriptions);
        } catch (IOException | RuntimeException e) {
            consumption.lost(channel);
            channel.close();
            throw e;
        }
    }

    // Losing it

    private void deleted(SessionChannel channel, String queue) {
        if (!mailbox.attached()) {
            return; // by ourselves
        }
        LOG.warn("{} was deleted on the server; session {} declares it anew", queue, options.name());
        consumption.lost(channel);
        transport.sessions().inOrder(options.name(), () -> {
            channel.close();
            reestablish();
            return true;
        });
    }

    private void ended(SessionChannel channel, ShutdownSignalException cause) {
        if (!cause.isInitiatedByApplication() && consumption.lost(channel) && !cause.isHardError()) {
            LOG.warn("the server closed the channel of session {}: {}", options.name(), cause.getMessage());
            session.lineIsBack();
        }
    }

    void lost() {
        consumption.lost();
    }

    void flush() {
        consumption.flush();
    }

    // Asking the server, in the session's strand

    private interface ChannelWork {
        void run(ConsumeLink.Line line, SessionChannel channel) throws IOException;
    }

    private void onChannel(ChannelWork work) {
        persistence.asLongAsItTakes(() -> {
            if (!isInPlace() && !setUp(false)) {
                throw new SignalboxException(
                        ReasonCode.SESSION_TAKEN_OVER, "session '" + options.name() + "' is another instance's now");
            }
            SessionChannel channel = consumption.current();
            ConsumeLink.Line line = lines.now();
            if (channel == null || line == null) {
                throw new IOException("the connection was lost again");
            }
            work.run(line, channel);
            return true;
        });
    }

    /** In force when it returns, and for a durable session written down. */
    void subscribe(List<FilterSpec> specs) {
        for (FilterSpec spec : specs) {
            subscriptions.put(spec);
        }
        onChannel((line, channel) -> {
            for (FilterSpec spec : specs) {
                queues.bind(line.connection(), channel.channel(), spec);
                consumption.beginShare(channel, spec);
            }
            claim.write(expiry, 0);
            settling.await(line.connection());
        });
    }

    List<Boolean> unsubscribe(List<Target> targets) {
        List<Boolean> were = new ArrayList<>();
        List<FilterSpec> gone = new ArrayList<>();
        for (Target target : targets) {
            FilterSpec spec = subscriptions.get(target);
            were.add(spec != null);
            if (spec != null) {
                gone.add(spec);
            }
        }
        onChannel((line, channel) -> {
            for (FilterSpec spec : gone) {
                consumption.endShare(channel, Subscriptions.target(spec));
                queues.unbind(line.connection(), channel.channel(), spec);
            }
            gone.forEach(spec -> subscriptions.remove(Subscriptions.target(spec)));
            claim.write(expiry, 0);
        });
        return were;
    }

    List<Target> subscriptions() {
        return subscriptions.targets();
    }

    /** Returns when what the server had sent before has come. */
    boolean catchUp() {
        if (mailbox.attached()) {
            onChannel((line, channel) -> {
                channel.channel().basicQos(options.unsettledMax());
                consumption.handOver();
            });
        }
        return true;
    }

    void expiry(Duration changed) {
        expiry = changed;
        writeDown();
    }

    Duration expiry() {
        return expiry;
    }

    private void writeDown() {
        transport.sessions().inOrder(options.name(), () -> {
            if (mailbox.attached()) {
                onChannel((line, channel) -> claim.write(expiry, 0));
            }
            return true;
        });
    }

    /** To be called every now and then. */
    void tick(long nowMillis) {
        consumption.flushAll();
        if (options.durable() && nowMillis - refreshedMillis >= REFRESH_MILLIS) {
            refreshedMillis = nowMillis;
            writeDown();
        }
    }

    // Leaving

    /** Gives back what is unsettled; a transient session ends. The mailbox is detached. */
    void leave() {
        lines.link().sessions.remove(session);
        ConsumeLink.Line line = lines.now();
        if (line == null) {
            LOG.info("session {} left while RabbitMQ is away; its queues expire", options.name());
        } else if (claim.isHeld()) {
            endWhatEnds(line);
        }
        consumption.end();
        claim.release(); // and now another instance may have it
    }

    private void endWhatEnds(ConsumeLink.Line line) {
        try {
            if (options.durable()) {
                claim.write(expiry, transport.time().millis());
                queues.deleteLight(line.connection());
            } else {
                queues.delete(line.connection(), subscriptions.all(), null);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("leaving session {} while the connection is lost", options.name(), e);
        }
    }

    /** Ends the session for good. */
    void remove() {
        lines.link().sessions.remove(session);
        consumption.end();
        ConsumeLink.Line line = lines.await(transport.config().openWait());
        try {
            queues.delete(line.connection(), subscriptions.all(), options.durable() ? claim.recordQueue() : null);
        } catch (IOException e) {
            throw new SignalboxException(
                    ReasonCode.BUSY, "the queues of session '" + options.name() + "' could not be deleted: " + e, e);
        } finally {
            claim.release();
        }
    }
}
