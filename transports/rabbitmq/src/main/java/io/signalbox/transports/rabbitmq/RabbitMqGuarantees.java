package io.signalbox.transports.rabbitmq;

import io.signalbox.transport.Guarantees;

/** What this transport promises, in words; {@code GuaranteesTest} and {@code FaultTest} try to break each. */
final class RabbitMqGuarantees {
    private RabbitMqGuarantees() {}

    static Guarantees of(RabbitMqConfig config) {
        boolean quorum = config.queues() == RabbitMqConfig.Queues.QUORUM;
        return new Guarantees(
                quorum
                        ? "SYNCED: confirmed by every queue it is owed to; a quorum queue confirms when the disks of a"
                                + " majority of its nodes have it. At most once, and queues of transient sessions: ROUTED"
                        : "BUFFERED: confirmed by every queue it is owed to; servers before 3.12 flush a classic queue"
                                + " first, later ones do not. At most once, and queues of transient sessions: ROUTED",
                "per topic and publishing thread, and per ordering key; not between the members of a share group, and"
                        + " not between what is published at most once and the rest. What a queue did not take"
                        + " (basic.nack: it is being deleted, or is full and not ours) is tried again after a pause and"
                        + " may come after later ones of its key",
                "a publish whose confirm was cut off, or that a queue did not take, is sent again, but for what is to arrive at"
                        + " most once;"
                        + " what a subscriber had not settled when its process"
                        + " died comes again, marked as redelivered. Not after a connection that was lost and came back,"
                        + " unless to another member of a share group",
                (quorum
                                ? "the disks of a majority of nodes are lost"
                                        + (config.queueSettle().isZero()
                                                ? "; a node dies within 3 s after a queue was created, with all that is in"
                                                        + " that queue, since queueSettle is zero. "
                                                : ". ")
                                : "the node's disk is lost. ")
                        + "At most once: a lost connection, a session that is away. A transient session: its line is cut"
                        + " for more than " + config.delivery().transientExpiry()
                        + ", or the server's machine loses power",
                "the bound of the session's queue under DROP_OLDEST, the bound it was created with; the expiry the"
                        + " session was created with, if shorter than 49 days; a share group without present members: "
                        + config.delivery().shareExpiry() + "; "
                        + (quorum
                                ? "a message that the server got back from "
                                        + config.delivery().returnsMax()
                                        + " lost connections goes to the dead letters, unless the policy is DROP_OLDEST"
                                : "none for messages that kill their consumers"));
    }
}
