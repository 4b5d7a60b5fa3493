package io.signalbox.configuration.hierarchy;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All configured transports, open. Thread safe once made. */
public final class OpenTransports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenTransports.class);

    private final TimeSource time;
    private final Map<String, NamedTransport> byName = new LinkedHashMap<>();
    /** Last opened first. */
    private final Deque<NamedTransport> opened = new ArrayDeque<>();

    private final Map<NamedTransport, Transport> owned = new LinkedHashMap<>();

    private OpenTransports(TimeSource time) {
        this.time = time;
    }

    /**
     * @param given those that are there without being configured; they stay the caller's
     * @throws AbsentTransportException if one cannot be opened; nothing is left open
     */
    public static OpenTransports open(Hierarchy hierarchy, Map<String, Transport> given, TimeSource time)
            throws AbsentTransportException {
        OpenTransports transports = new OpenTransports(time);
        given.forEach((name, transport) -> transports.byName.put(name, new NamedTransport(name, transport)));
        Openings openings = new Openings(hierarchy, transports::surroundings);
        for (TransportEntry entry : hierarchy.entries()) {
            try {
                transports.open(entry, openings);
            } catch (SignalboxException | IOException | IllegalArgumentException e) {
                openings.close();
                transports.close();
                throw new AbsentTransportException(
                        "transport '" + entry.name() + "' (" + entry.description() + ", " + entry.where()
                                + ") cannot be opened: " + e.getMessage(),
                        e);
            } catch (RuntimeException | Error e) {
                openings.close();
                transports.close();
                throw e;
            }
        }
        return transports;
    }

    private Surroundings surroundings(TransportEntry entry) {
        WhenAbsent whenAbsent = entry.whenAbsent() == AbsencePolicy.FAIL ? WhenAbsent.FAIL : WhenAbsent.WAIT;
        return new Surroundings(entry.name(), time, whenAbsent, this::get);
    }

    private void open(TransportEntry entry, Openings openings) throws IOException {
        Transport transport = openings.take(entry);
        SpoolEntry spool = entry.spool();
        if (spool != null) {
            transport = spooling(entry.name(), transport, spool);
        }
        NamedTransport named = new NamedTransport(entry.name(), transport);
        byName.put(entry.name(), named);
        opened.push(named);
        owned.put(named, transport);
        Health health = transport.health();
        if (health.status() == Health.Status.UP) {
            LOG.info("transport {} ({}) is up", entry.name(), entry.description());
        } else {
            LOG.warn(
                    "transport {} ({}) is absent: {}. {}",
                    entry.name(),
                    entry.description(),
                    health.detail(),
                    spool == null
                            ? "It is waited for"
                            : "Publishes are kept in " + spool.config().directory() + " until it is there");
        }
    }

    private Transport spooling(String name, Transport transport, SpoolEntry spool) throws IOException {
        try {
            return new SpoolingTransport(transport, spool.config(), refused(name, spool), time);
        } catch (IOException | RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    private RefusedMessages refused(String name, SpoolEntry spool) {
        String refusedTo = spool.refusedTo();
        if (refusedTo == null) {
            return (message, refusal) -> logLost(name, message, refusal);
        }
        Transport target = get(refusedTo);
        return (message, refusal) ->
                target.publish(message, new RefusedReport(failure -> logLost(name, message, refusal)), 0);
    }

    private static void logLost(String name, Message message, Refusal refusal) {
        LOG.error(
                "a message to {} of {} bytes that was spooled for {} is refused there and lost: {}",
                message.topic(),
                message.payload().length,
                name,
                refusal.detail());
    }

    /** @throws IllegalArgumentException if there is none of that name */
    public NamedTransport get(String name) {
        NamedTransport found = byName.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no transport '" + name + "'; there are " + byName.keySet());
        }
        return found;
    }

    /** Whether its server may answer, so that what it promises can be asked. */
    public boolean mayAnswer(String name) {
        return get(name).ownHealth().status() != Health.Status.DOWN;
    }

    /** Of all configured ones, by name. */
    public Map<String, Health> health() {
        Map<String, Health> health = new LinkedHashMap<>();
        owned.keySet().forEach(named -> health.put(named.name(), named.health()));
        return health;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            NamedTransport named = opened.pop();
            try {
                Objects.requireNonNull(owned.get(named)).close();
            } catch (RuntimeException e) {
                LOG.error("transport {} did not close cleanly", named.name(), e);
            }
        }
    }
}
