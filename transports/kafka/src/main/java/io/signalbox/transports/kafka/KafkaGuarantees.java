package io.signalbox.transports.kafka;

import io.signalbox.transport.Guarantees;

/** What this transport promises, in words; {@code GuaranteesTest} and {@code FaultTest} try to break each. */
final class KafkaGuarantees {
    private KafkaGuarantees() {}

    static Guarantees of(KafkaConfig config) {
        boolean one = config.creation().partitions() == 1 && config.roots().isEmpty();
        return new Guarantees(
                "BUFFERED: all replicas that are in sync have it in memory and in their operating systems' files, not"
                        + " flushed; set min.insync.replicas on the Kafka topics to say how many that are",
                "per topic and publishing thread, and per ordering key"
                        + (one
                                ? "; over all topics too while there is one partition"
                                : "; not between partitions, so not between topics")
                        + "; not between a keyed message and one without key; not between the members of a share group",
                "a publish is written once however often it was sent. What a subscriber had not settled when its"
                        + " process died comes again, marked as redelivered; of what it had settled, the last tenth of"
                        + " a second, and what lies beyond the note that Kafka keeps beside an offset (about a thousand"
                        + " gaps). A share group's unsettled messages, when its partitions move to another node. Dead"
                        + " letters, when the process dies before it is told that Kafka has them",
                "a message waits longer than Kafka's retention; the machines of all replicas that are in sync lose power"
                        + " before their disks have it; at most once: a process that dies while it delivers. A dead letter"
                        + " that Kafka finds too large is kept without its payload, and says where that is",
                "Kafka's retention, whether read or not: "
                        + (config.creation().retention().isZero()
                                ? "none"
                                : config.creation().retention().toString())
                        + " for Kafka topics that this transport made. The bound of a session's queue holds when the"
                        + " session comes back, and while its connection takes nothing; REJECT_PUBLISH is refused."
                        + " Dead letters stay until somebody deletes them. Sessions expire by the brokers' clocks, and a"
                        + " session without expiry when its node was not heard for 30 s while others were");
    }
}
