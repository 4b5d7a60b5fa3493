package io.signalbox.transports.redis;

/**
 * Names on the server. The prefix is in braces, which keeps all of a bus in one slot of a cluster.
 *
 * @param prefix as it stands before every key
 */
record Keys(String prefix) {
    static Keys of(RedisConfig config) {
        return new Keys("{" + config.prefix() + "}:");
    }

    /** Everything that was published, for replay; without the prefix, as scripts want it. */
    static final String LOG = "log";

    /** Where other clients publish. */
    static final String INTAKE = "in";

    static final String DEAD_LETTERS = "dead";

    /** The number of an instance's link that is in use; as {@code link.lua} writes it. */
    String link(String node) {
        return prefix + "link:" + node;
    }

    String changes() {
        return prefix + "changes";
    }

    /** Channel to one instance. */
    String to(String node) {
        return prefix + "to:" + node;
    }

    /** Channel to all instances. */
    String news() {
        return prefix + "news";
    }

    /** Queue of one session. */
    static String own(String session) {
        return "s:" + session;
    }

    /** Queue that the members of a share group read together; as {@code common.lua} builds it. */
    static String shared(String group, String filter) {
        return "g:" + group + "/" + filter;
    }

    static boolean isShared(String queue) {
        return queue.startsWith("g:");
    }
}
