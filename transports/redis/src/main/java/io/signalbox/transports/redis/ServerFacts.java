package io.signalbox.transports.redis;

import io.signalbox.transport.Durability;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server says about itself, on which depends what its answers mean.
 *
 * @param version as {@code INFO server} has it
 * @param aof it writes an append-only file
 * @param fsync {@code always}, {@code everysec}, {@code no}; {@code unknown} where CONFIG is forbidden
 * @param eviction its {@code maxmemory-policy}
 */
record ServerFacts(String version, boolean aof, String fsync, String eviction) {
    private static final int WAITAOF_SINCE = 702;
    private static final int OLDEST = 700;

    /** How a batch is confirmed beyond the answer of its script. */
    enum Confirm {
        /** The answer is all. */
        ANSWER,
        /** {@code WAIT}: replicas have it in memory. */
        REPLICAS,
        /** {@code WAITAOF}: the disks have it, the server's own and the replicas'. */
        DISKS
    }

    static ServerFacts of(String info, @Nullable String fsync) {
        Map<String, String> lines = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new ServerFacts(
                lines.getOrDefault("redis_version", "0"),
                lines.getOrDefault("aof_enabled", "0").equals("1"),
                fsync == null ? "unknown" : fsync.toLowerCase(Locale.ROOT),
                lines.getOrDefault("maxmemory_policy", "unknown"));
    }

    /** Major and minor as one number, 7.2 as 702. */
    private int level() {
        String[] parts = version.split("\\.", 3);
        try {
            return 100 * Integer.parseInt(parts[0]) + (parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Scripts with flags, and ids of which the server fills in the number, are of 7.0. */
    boolean isTooOld() {
        return level() < OLDEST;
    }

    Confirm confirm(int replicas) {
        if (aof && level() >= WAITAOF_SINCE && (replicas > 0 || !fsync.equals("always"))) {
            return Confirm.DISKS;
        }
        return replicas > 0 ? Confirm.REPLICAS : Confirm.ANSWER;
    }

    /**
     * What an answered publish has reached. With {@code everysec} a write may wait in the process for up to two seconds
     * while the disk is slow, so that is no more than ROUTED.
     */
    Durability durability(int replicas) {
        if (evictsAnything() || !aof) {
            return Durability.ROUTED;
        }
        if (confirm(replicas) == Confirm.DISKS) {
            return replicas > 0 ? Durability.REPLICATED : Durability.SYNCED;
        }
        return switch (fsync) {
            case "always" -> Durability.SYNCED;
            case "no" -> Durability.BUFFERED;
            default -> Durability.ROUTED;
        };
    }

    /** When its memory is full it deletes queues to make room. */
    boolean evictsAnything() {
        return eviction.startsWith("allkeys");
    }
}
