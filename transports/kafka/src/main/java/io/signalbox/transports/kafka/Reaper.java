package io.signalbox.transports.kafka;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** Ends what is over: sessions whose time is up, and those of nodes that are gone. */
final class Reaper {
    private final KafkaTransport transport;
    private final Registry registry;
    private final Beats beats;
    private final Here here;
    private final Ending ending;
    /** Sessions whose turn is asked for: while the cluster is away nothing gathers. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    Reaper(KafkaTransport transport, Registry registry, Beats beats, Here here, Ending ending) {
        this.transport = transport;
        this.registry = registry;
        this.beats = beats;
        this.here = here;
        this.ending = ending;
    }

    /** To be called now and then; never blocks. */
    void reap() {
        Set<String> owners = new HashSet<>();
        registry.forEach((name, record) -> {
            if (record.attached()) {
                owners.add(record.owner());
            }
            if (isExpired(record)) {
                once(name, () -> expire(name));
            } else if (isOrphan(record)) {
                once(name, () -> orphaned(name));
            }
        });
        for (String node : beats.silent()) {
            if (!owners.contains(node)) {
                beats.forget(node);
            }
        }
    }

    private void once(String name, Callable<Boolean> work) {
        if (underWay.add(name)) {
            here.inTurn(name, work).whenComplete((done, failure) -> underWay.remove(name));
        }
    }

    private boolean isExpired(SessionRecord record) {
        return record.isExpired(transport.clusterTime().millis());
    }

    private boolean isOrphan(SessionRecord record) {
        return record.attached() && beats.isSilent(record.owner());
    }

    private boolean expire(String name) {
        SessionRecord still = registry.find(name);
        boolean over = still != null && isExpired(still);
        if (over) {
            ending.removeNow(name);
        }
        return over;
    }

    private boolean orphaned(String name) {
        SessionRecord still = registry.find(name);
        if (still == null || !isOrphan(still)) {
            return false;
        }
        if (still.durable()) { // its owner's name stays: it said no goodbye
            long at = here.await(registry.write(
                    name, still.detached(still.owner(), transport.clusterTime().millis(), still.positions())));
            return at >= 0;
        }
        ending.removeNow(name);
        return true;
    }
}
