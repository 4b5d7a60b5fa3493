package io.signalbox.transports.kafka;

import io.signalbox.message.Message;
import org.jspecify.annotations.Nullable;

/** One of a share group's stream. Owned by the group's thread, but for what it says. */
final class SharedClaim implements Claim {
    private final ShareGroup group;
    final Ledger ledger;
    final Ledger.Entry entry;
    final Identity identity;
    final Message message;
    final int bytes;
    final long number;

    /** Who has it; null while it waits. */
    @Nullable
    GroupMember member;

    boolean offered;
    int failures;

    /** On its way to the dead letters: nobody else is to get it. Set by whoever settles. */
    volatile boolean dying;

    /** @param number in the order of arrival */
    SharedClaim(ShareGroup group, Ledger ledger, Ledger.Entry entry, Identity identity, Message message, long number) {
        this.group = group;
        this.ledger = ledger;
        this.entry = entry;
        this.identity = identity;
        this.message = message;
        bytes = message.sizeBytes();
        this.number = number;
        offered = ledger.maybeSeen(entry.offset());
    }

    @Override
    public Place place() {
        return identity.place();
    }

    @Override
    public void done() {
        group.settled(this);
    }
}
