package io.signalbox.transports.composite.strategy;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import java.util.List;

/** Sends to every member and waits for as many as are needed: all, any and quorum. */
final class Gathering implements Distributor {
    private final Roster roster;
    private final Deadlines deadlines;
    private final int needed;
    private final boolean nothingIfOneIsDown;
    private final Ballot.Count count;

    Gathering(Roster roster, Deadlines deadlines, int needed, boolean nothingIfOneIsDown) {
        if (needed > roster.names().size()) {
            throw new IllegalArgumentException("a quorum of " + needed + " cannot be reached with the "
                    + roster.names().size() + " members " + roster.names());
        }
        this.roster = roster;
        this.deadlines = deadlines;
        this.needed = needed;
        this.nothingIfOneIsDown = nothingIfOneIsDown;
        count = (member, accepted) -> {
            if (accepted) {
                roster.accepted(member);
            } else {
                roster.refused(member);
            }
        };
    }

    @Override
    public void publish(Message message, List<? extends Outlet> outlets, PublishCallback callback, long context) {
        if (nothingIfOneIsDown) {
            for (int i = 0; i < outlets.size(); i++) {
                if (roster.down(i)) {
                    callback.refused(
                            context,
                            new Refusal(
                                    ReasonCode.BUSY,
                                    "all members must take it and "
                                            + roster.names().get(i) + " is down ("
                                            + roster.health(i).detail() + "); nobody was sent it"));
                    return;
                }
            }
        }
        Ballot ballot = new Ballot(roster.names(), needed, count, callback, context);
        deadlines.add(ballot);
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).publish(message, ballot, i);
        }
    }
}
