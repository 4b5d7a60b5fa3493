package io.signalbox.transports.kafka;

import io.signalbox.transport.Session.Target;
import java.util.Objects;

/** What the transport's own Kafka topics and consumer groups are called. */
record Names(String prefix) {
    /** One record for each session, the newest counts: a compacted Kafka topic of one partition. */
    String sessions() {
        return prefix + ".sessions";
    }

    String deadLetters() {
        return prefix + ".dead-letters";
    }

    /** How far a durable session is. */
    String session(String name) {
        return prefix + ".session/" + name;
    }

    /** How far it is in the past of one subscription. */
    String past(String name, Target target) {
        return prefix + ".past/" + name.length() + "/" + name + "/"
                + (target.shareGroup() == null ? "" : target.shareGroup()) + "/" + target.filter();
    }

    /** How far the members of a share group are, of all nodes. */
    String share(Target target) {
        return prefix + ".share/" + Objects.requireNonNull(target.shareGroup()) + "/" + target.filter();
    }
}
