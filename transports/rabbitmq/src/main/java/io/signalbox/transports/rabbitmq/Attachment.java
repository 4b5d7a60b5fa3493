package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ShutdownSignalException;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
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

    /** What the server refuses so often is no race. */
    private static final int REFUSALS_MAX = 5;

    private final RabbitMqTransport transport;
    private final RabbitSession session;
    private final ConsumeLines lines;
    private final SessionOptions options;
    private final Subscriptions subscriptions;
    private final Mailbox<Inbound> mailbox;
    private final SessionQueues queues;
    private final Claim claim;
    private final Consumption consumption;
    private volatile Duration expiry;

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
        queues = new SessionQueues(transport.topology(), options);
        claim = new Claim(transport, session, options, queues, subscriptions, mailbox);
        Receiving receiving = new Receiving(
                transport.mapping(), transport.names(), transport.deadLetters(), options.name(), subscriptions);
        consumption = new Consumption(options, queues, receiving, mailbox, this::deleted);
    }

    // Setting up

    void open() {
        lines.link().sessions.add(session);
        retrying(() -> setUp(true));
    }

    /** After a lost connection or channel. */
    void reestablish() {
        SessionChannel channel = consumption.current();
        if (mailbox.attached() && (channel == null || !channel.isOpen())) {
            try {
                retrying(() -> setUp(false));
            } catch (SignalboxException e) {
                LOG.warn("session {} is not back yet: {}", options.name(), e.getMessage());
            }
        }
    }

    private boolean setUp(boolean first) throws IOException {
        ConsumeLink.Line line = lines.await(transport.config().openWait());
        SessionChannel channel = line.channel();
        channel.channel().addShutdownListener(cause -> ended(channel, cause));
        try {
            if (first) {
                claim.make(line, channel.channel(), expiry);
            } else if (!claim.renew(line, channel.channel())) {
                channel.close();
                mailbox.seize(DetachReason.TAKEN_OVER);
                return false;
            }
            queues.declare(line.connection(), channel.channel());
            consumption.on(channel);
            for (FilterSpec spec : subscriptions.all()) {
                queues.bind(channel.channel(), spec);
            }
            consumption.begin(channel, subscriptions);
            return true;
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

    private interface Work<T> {
        T run() throws IOException;
    }

    /** Again on every lost connection, while the session is attached and the wait for a connection has not failed. */
    private <T> T retrying(Work<T> work) {
        int refusals = 0;
        while (true) {
            try {
                return work.run();
            } catch (IOException | AlreadyClosedException e) {
                String refusal = Probe.refusal(e);
                if (refusal != null && ++refusals >= REFUSALS_MAX) {
                    throw new SignalboxException(
                            ReasonCode.INTERNAL,
                            "RabbitMQ refuses what session '" + options.name() + "' needs: " + refusal,
                            e);
                }
                if (!mailbox.attached()) {
                    throw new SignalboxException(
                            ReasonCode.CLOSED, "session '" + options.name() + "' is not attached any more", e);
                }
                LOG.debug("asking again for session {}", options.name(), e);
                ConsumeLines.pause();
            }
        }
    }

    private interface ChannelWork {
        void run(ConsumeLink.Line line, SessionChannel channel) throws IOException;
    }

    private void onChannel(ChannelWork work) {
        retrying(() -> {
            SessionChannel channel = consumption.current();
            ConsumeLink.Line line = lines.now();
            if (channel == null || line == null || !channel.isOpen()) {
                setUp(false);
                channel = consumption.current();
                line = lines.now();
            }
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
                queues.bind(channel.channel(), spec);
                consumption.beginShare(channel, spec);
            }
            claim.write(channel.channel(), expiry, 0);
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
            claim.write(channel.channel(), expiry, 0);
        });
        return were;
    }

    /** Returns when what the server had sent before has come. */
    boolean catchUp() {
        if (mailbox.attached()) {
            onChannel((line, channel) -> channel.channel().basicQos(options.unsettledMax()));
        }
        return true;
    }

    void expiry(Duration changed) {
        expiry = changed;
        transport.sessions().inOrder(options.name(), () -> {
            if (mailbox.attached()) {
                onChannel((line, channel) -> claim.write(channel.channel(), expiry, 0));
            }
            return true;
        });
    }

    Duration expiry() {
        return expiry;
    }

    // Leaving

    /** Gives back what is unsettled; a transient session ends. The mailbox is detached. */
    void leave() {
        lines.link().sessions.remove(session);
        SessionChannel channel = consumption.current();
        try {
            if (channel != null && channel.isOpen()) {
                claim.write(channel.channel(), expiry, transport.time().millis());
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("leaving session {} while the connection is lost", options.name(), e);
        }
        ConsumeLink.Line line = lines.now();
        if (line == null) {
            LOG.info("session {} left while RabbitMQ is away; its queues expire", options.name());
        } else {
            deleteWhatEnds(line);
        }
        consumption.end(); // and now another instance may have it
    }

    private void deleteWhatEnds(ConsumeLink.Line line) {
        try {
            if (options.durable()) {
                queues.deleteLight(line.connection());
            } else {
                consumption.end();
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
        }
    }
}
