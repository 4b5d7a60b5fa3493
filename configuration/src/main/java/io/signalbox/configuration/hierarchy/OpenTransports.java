package io.signalbox.configuration.hierarchy;

import io.signalbox.error.SignalboxException;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolStatus;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All configured transports, open. Thread safe once made. */
public final class OpenTransports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenTransports.class);

    private final TimeSource time;
    private final Map<String, Refusal> heldAtFirst;
    private final Map<String, NamedTransport> byName = new LinkedHashMap<>();
    /** In the order of their opening. */
    private final List<Owned> owned = new ArrayList<>();

    private final Map<String, SpoolingTransport> spools = new LinkedHashMap<>();

    private OpenTransports(TimeSource time, Map<String, Refusal> heldAtFirst) {
        this.time = time;
        this.heldAtFirst = heldAtFirst;
    }

    /** @param transport to be closed, unlike what its users have */
    private record Owned(TransportEntry entry, Transport transport) {}

    /**
     * @param given those that are there without being configured; they stay the caller's
     * @param heldAtFirst transports that take nothing before they are held no longer, by name
     * @throws AbsentTransportException if one cannot be opened; nothing is left open
     */
    public static OpenTransports open(
            Hierarchy hierarchy, Map<String, Transport> given, TimeSource time, Map<String, Refusal> heldAtFirst)
            throws AbsentTransportException {
        OpenTransports transports = new OpenTransports(time, heldAtFirst);
        given.forEach((name, transport) -> {
            HeldTransport engine = new HeldTransport(transport, heldAtFirst.get(name));
            transports.byName.put(name, new NamedTransport(name, engine, engine));
        });
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
        HeldTransport engine = new HeldTransport(openings.take(entry), heldAtFirst.get(entry.name()));
        SpoolEntry spool = entry.spool();
        Transport transport = engine;
        if (spool != null) {
            SpoolingTransport spooling = spooling(engine, spool);
            spools.put(entry.name(), spooling);
            transport = spooling;
        }
        byName.put(entry.name(), new NamedTransport(entry.name(), transport, engine));
        owned.add(new Owned(entry, transport));
        Health health = engine.ownHealth();
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

    private SpoolingTransport spooling(Transport engine, SpoolEntry spool) throws IOException {
        try {
            return new SpoolingTransport(engine, spool.config(), refused(spool), time);
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** A message that is put at another transport is safe there when that has answered. */
    private RefusedMessages refused(SpoolEntry spool) throws IOException {
        String refusedTo = spool.refusedTo();
        if (refusedTo == null) {
            return new RefusedFolder(spool.refusedFolder(), spool.config().bytesMax(), time);
        }
        Transport place = get(refusedTo);
        return (message, refusal) -> place.publish(message).thenAccept(receipt -> {});
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
        owned.forEach(
                one -> health.put(one.entry().name(), get(one.entry().name()).health()));
        return health;
    }

    /** Of those that have a spool, by name. */
    public Map<String, SpoolStatus> spools() {
        Map<String, SpoolStatus> statuses = new LinkedHashMap<>();
        spools.forEach((name, spool) -> statuses.put(name, spool.status()));
        return statuses;
    }

    /** All that do not depend on each other at once; each before those that it is made of. */
    @Override
    public void close() {
        ClosingOrder closing = new ClosingOrder();
        for (int i = owned.size() - 1; i >= 0; i--) {
            Owned one = owned.get(i);
            closing.add(one.entry().name(), one.entry().needs(), one.transport()::close);
        }
        owned.clear();
        closing.await();
    }
}
