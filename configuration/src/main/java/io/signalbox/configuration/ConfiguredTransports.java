package io.signalbox.configuration;

import io.signalbox.configuration.bridge.RunningBridges;
import io.signalbox.configuration.hierarchy.AbsentTransportException;
import io.signalbox.configuration.hierarchy.OpenTransports;
import io.signalbox.configuration.plan.Judgement;
import io.signalbox.configuration.plan.PlanWatch;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import io.signalbox.transports.composite.spool.SpoolStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Configured transports and bridges at work. {@code ConfiguredTransports.open(TransportsConfig.read(file, env), time)}
 * is all that an application needs.
 */
public final class ConfiguredTransports implements AutoCloseable {
    private static final Duration ASK = Duration.ofSeconds(2);

    private final TransportsConfig config;
    private final List<Judgement> judgements;
    private final OpenTransports transports;
    private final PlanWatch watch;
    private final RunningBridges bridges;

    private ConfiguredTransports(
            TransportsConfig config,
            List<Judgement> judgements,
            OpenTransports transports,
            PlanWatch watch,
            RunningBridges bridges) {
        this.config = config;
        this.judgements = judgements;
        this.transports = transports;
        this.watch = watch;
        this.bridges = bridges;
    }

    /** All of a configuration that stands alone. */
    public static ConfiguredTransports open(TransportsConfig config, TimeSource time)
            throws InvalidConfigurationException, AbsentTransportException {
        return open(config, Map.of(), Map.of(), time);
    }

    /**
     * Judges what messages need before anything is opened, opens the transports, and starts the bridges.
     *
     * @param given transports that are there without being configured, which stay the caller's, by name
     * @param promises what those promise, by name
     * @throws InvalidConfigurationException if messages are given less than they need
     * @throws AbsentTransportException if a server is absent, and that is to fail, or a folder cannot be used
     */
    public static ConfiguredTransports open(
            TransportsConfig config, Map<String, Transport> given, Map<String, Promise> promises, TimeSource time)
            throws InvalidConfigurationException, AbsentTransportException {
        Map<String, Promise> promised =
                TransportLibraries.with(() -> config.hierarchy().promises(promises, ASK, config.concerned()));
        List<Judgement> judgements = config.plan().judge(promised);
        List<String> refusals = judgements.stream()
                .flatMap(judgement -> judgement.refusals().stream())
                .toList();
        if (!refusals.isEmpty()) {
            throw new InvalidConfigurationException(refusals);
        }
        return TransportLibraries.<ConfiguredTransports, AbsentTransportException>with(
                () -> openAll(config, given, promised, judgements, time));
    }

    private static ConfiguredTransports openAll(
            TransportsConfig config,
            Map<String, Transport> given,
            Map<String, Promise> promised,
            List<Judgement> judgements,
            TimeSource time)
            throws AbsentTransportException {
        PlanWatch watch = new PlanWatch(config.plan(), config.hierarchy(), promised);
        OpenTransports transports = OpenTransports.open(config.hierarchy(), given, time, watch.heldAtFirst());
        try {
            watch.start(transports);
            return new ConfiguredTransports(
                    config, judgements, transports, watch, RunningBridges.start(config.bridges(), transports::get));
        } catch (RuntimeException | Error e) {
            transports.close();
            throw e;
        }
    }

    /**
     * The transport of that name, as everybody has it: closing it does nothing.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Transport transport(String name) {
        return transports.get(name);
    }

    /**
     * The default transport.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Transport transport() {
        return transports.get(config.hierarchy().standard());
    }

    /** What is carried by what, for people; a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        config.hierarchy().entries().forEach(entry -> {
            Health health = transports.get(entry.name()).health();
            lines.add("transport " + entry.name() + ": " + entry.description() + ", " + health.status()
                    + (health.status() == Health.Status.UP ? "" : ": " + health.detail()));
        });
        judgements.forEach(judgement -> lines.add("message " + judgement.text()));
        config.bridges().forEach(bridge -> lines.add("bridge " + bridge.text()));
        return lines;
    }

    /** Of every transport and bridge; names of bridges have {@code bridge } before them. */
    public Map<String, Health> health() {
        Map<String, Health> health = new LinkedHashMap<>();
        transports.health().forEach((name, one) -> health.put("transport " + name, one));
        bridges.health().forEach((name, one) -> health.put("bridge " + name, one));
        return health;
    }

    /** What each bridge has carried, by name. */
    public Map<String, BridgeCounts> bridgeCounts() {
        return bridges.counts();
    }

    /** What publishes wait for in folders of this machine, by name of their transport. */
    public Map<String, SpoolStatus> spools() {
        return transports.spools();
    }

    @Override
    public void close() {
        watch.close();
        bridges.close();
        transports.close();
    }

    /**
     * Closes, and waits no longer than this: a server that does not answer must not keep others from closing. What was
     * acknowledged is safe then, too.
     *
     * @return false if something was left to itself
     */
    public boolean close(Duration limit) {
        Thread closer = Thread.ofVirtual().name("closing transports").start(this::close);
        try {
            closer.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !closer.isAlive();
    }
}
