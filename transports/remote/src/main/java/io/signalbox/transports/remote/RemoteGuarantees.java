package io.signalbox.transports.remote;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;

/**
 * What this transport promises, in words; {@code GuaranteesTest}, {@code HoldTest} and, with servers that are killed and
 * lines that are cut, {@code KilledServerTest} and {@code CutLineTest} of the system tests try to break each.
 */
final class RemoteGuarantees {
    private RemoteGuarantees() {}

    static Guarantees of(RemoteConfig config) {
        Durability level = config.durability();
        return new Guarantees(
                level
                        + ": acknowledged (PUBACK) when the other server has it so, as the policies of its topics are said"
                        + " to give; each receipt has what it was, and one that has less makes health DEGRADED. At most"
                        + " once: NONE",
                "per topic, publisher and ordering key, as the other server keeps it; not between what is published at"
                        + " most once and the rest",
                "a publish whose answer was cut off is sent again and recognised there by its idempotency key or id, or"
                        + " by one that is added, within the other server's deduplication window; if it keeps none, it is"
                        + " there twice. What a subscriber had not settled when its process died comes again, marked as"
                        + " redelivered; so does what it had settled in the last moment before, and both when the other"
                        + " server's process dies. Not after a connection alone that was lost and came back, unless to"
                        + " another member of a share group",
                "as the other server loses it: "
                        + switch (level) {
                            case NONE, ROUTED -> "its process ends";
                            case BUFFERED -> "its machine loses power before its disk has it";
                            case SYNCED -> "its disk is lost";
                            case REPLICATED -> "the disks of its engine's machines are lost";
                        }
                        + ". A publish that is refused after it was sent may be there all the same. At most once: a lost"
                        + " connection, a receiver that is behind. A transient session: its line is cut for more than a"
                        + " minute",
                "the bounds of the session's queue, or those of the other server for its MQTT sessions where they are"
                        + " lower (mqtt.queue-messages-max, mqtt.queue-bytes-max); SPILL: those alone; the expiry of the"
                        + " session, in whole seconds, or mqtt.session-expiry-max");
    }
}
