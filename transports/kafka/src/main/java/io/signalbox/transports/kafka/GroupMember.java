package io.signalbox.transports.kafka;

import io.signalbox.message.Guarantee;
import io.signalbox.transport.FilterSpec;

/** A session that takes part in a share group, and how much of it it holds. Owned by the group's thread. */
final class GroupMember {
    final KafkaSession session;
    FilterSpec spec;
    int open;

    GroupMember(KafkaSession session, FilterSpec spec) {
        this.session = session;
        this.spec = spec;
    }

    boolean takes(SharedClaim claim) {
        return session.takesMore()
                && (claim.message.guarantee() == Guarantee.AT_MOST_ONCE
                        || open < session.options().unsettledMax());
    }
}
