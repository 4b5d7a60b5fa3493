package io.signalbox.transports.composite.strategy;

import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.util.List;

/** Sends to the one member that the message belongs to, and to no other if that refuses: order is kept. */
final class Splitting implements Distributor {
    private final Roster roster;
    private final SplitBy by;

    Splitting(Roster roster, SplitBy by) {
        this.roster = roster;
        this.by = by;
        switch (by) {
            case SplitBy.Key key -> {}
            case SplitBy.Topics topics -> {
                topics.rules().forEach(rule -> checkMember(rule.member()));
                checkMember(topics.otherwise());
            }
            case SplitBy.Addressee addressee -> {
                addressee.memberOf().values().forEach(this::checkMember);
                checkMember(addressee.otherwise());
            }
        }
    }

    private void checkMember(String name) {
        if (!roster.names().contains(name)) {
            throw new IllegalArgumentException(
                    "the split names the member '" + name + "'; the members are " + roster.names());
        }
    }

    @Override
    public void publish(Message message, List<? extends Outlet> outlets, PublishCallback callback, long context) {
        int member = roster.names().indexOf(by.member(message, roster.names()));
        outlets.get(member).publish(message, new Answer(roster, member, callback), context);
    }

    private record Answer(Roster roster, int member, PublishCallback callback) implements PublishCallback {
        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            roster.accepted(member);
            callback.published(context, outcome, reached, 0); // each member counts its own sequences
        }

        @Override
        public void refused(long context, Refusal refusal) {
            roster.refused(member);
            callback.refused(
                    context, new Refusal(refusal.reason(), roster.names().get(member) + ": " + refusal.detail()));
        }
    }
}
