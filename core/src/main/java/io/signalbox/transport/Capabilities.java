package io.signalbox.transport;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a transport can do. What is missing is refused with NOT_SUPPORTED, never ignored.
 *
 * @param durability the highest level a publish can reach
 * @param payloadBytesMax largest payload it carries
 * @param exactOutcomes who hears {@link Receipt.Outcome#NO_SUBSCRIBERS} of a message that is at least once knows that
 *     nobody will get it; false: it may be what one node had not heard of the others' sessions
 */
public record Capabilities(Set<Feature> features, Durability durability, int payloadBytesMax, boolean exactOutcomes) {

    public Capabilities {
        features = Set.copyOf(features);
    }

    /** With exact outcomes. */
    public Capabilities(Set<Feature> features, Durability durability, int payloadBytesMax) {
        this(features, durability, payloadBytesMax, true);
    }

    public Capabilities withExactOutcomes(boolean exact) {
        return new Capabilities(features, durability, payloadBytesMax, exact);
    }

    public static Capabilities of(Durability durability, int payloadBytesMax, Feature... features) {
        EnumSet<Feature> set = EnumSet.noneOf(Feature.class);
        set.addAll(Arrays.asList(features));
        return new Capabilities(set, durability, payloadBytesMax);
    }

    public boolean has(Feature feature) {
        return features.contains(feature);
    }

    public enum Feature {
        /** Messages can be received, not published alone. */
        SUBSCRIBE,
        /** A named session outlives its connection, and the process. */
        DURABLE_SESSIONS,
        WILDCARDS,
        SHARE_GROUPS,
        /** Order per topic and ordering key. */
        ORDERED,
        /** The last message of a topic is kept for later subscribers. */
        RETAINED,
        /** Reading from a time, a sequence, or the last N. */
        REPLAY,
        EXPIRY,
        PRIORITY,
        /** modify(delay) and release(delay): delivery not before a time. */
        DELAYED_REDELIVERY,
        DEAD_LETTERS,
        /** A full queue refuses the publish, and nobody gets the message (REJECT_PUBLISH). */
        REFUSAL_WHEN_FULL,
        DEDUPLICATION,
        EXACTLY_ONCE,
        REQUEST_REPLY
    }
}
