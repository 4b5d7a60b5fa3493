package io.signalbox.transports.composite.merge;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Settlement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One message that a merged session is not done with, and where its copies are. Guarded by its session's state. */
final class Offer {
    enum State {
        /** A copy is here and waits for the session's credit. */
        WAITING,
        /** With the subscriber. */
        OFFERED,
        /** Released or failed: whichever member brings it back first offers it again. */
        GIVEN_BACK,
        /** The connection is gone; the members will offer it again. */
        AWAY
    }

    final Message message;

    /** What its copies are known by; null: it has none, whatever comes from another member is another message. */
    final @Nullable String id;

    final Match match;
    final boolean fromRetained;
    State state = State.WAITING;

    /** 0 until it is first offered; kept until it is settled, also across connections. */
    int deliveryId;

    int deliveryCount;
    boolean offeredBefore;

    /** How often the subscriber failed it; a copy with a lower count has to catch up. */
    int failures;

    /** It was released to come later, which holds for copies that were still on their way, too; null: it was not. */
    Settlement.@Nullable Released later;

    /** One bit for each member whose copy was released so. */
    long releasedMembers;

    /** The delivery id of each member's copy; 0: has none here. */
    final int[] copies;

    Offer(@Nullable String id, Message message, Match match, boolean fromRetained, int members) {
        this.id = id;
        this.message = message;
        this.match = match;
        this.fromRetained = fromRetained;
        copies = new int[members];
    }

    boolean needsSettling() {
        return message.guarantee().atMost(match.guarantee()) != Guarantee.AT_MOST_ONCE;
    }

    void release(Settlement.Released released) {
        later = released.delay().isZero() ? null : released;
        releasedMembers = copyMembers();
    }

    /** One bit for each member that has a copy here. */
    long copyMembers() {
        long members = 0;
        for (int i = 0; i < copies.length; i++) {
            members |= copies[i] == 0 ? 0 : 1L << i;
        }
        return members;
    }

    void forgetCopies() {
        Arrays.fill(copies, 0);
    }
}
