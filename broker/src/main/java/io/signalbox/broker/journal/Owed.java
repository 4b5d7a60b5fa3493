package io.signalbox.broker.journal;

import io.signalbox.broker.record.MatchCodec;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Routes;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.Target;
import io.signalbox.message.Guarantee;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/** Whose durable queues are owed a message: what the log says of it beside the message itself. Hot path. */
final class Owed {
    private Owed() {}

    static boolean isOwed(Recipient recipient, @Nullable Match match) {
        return recipient.durable() && isQueued(match);
    }

    static boolean isQueued(@Nullable Match match) {
        return match != null && match.guarantee() != Guarantee.AT_MOST_ONCE;
    }

    static void write(RecordWriter record, Publish publish) {
        Routes routes = publish.routes;
        if (publish.message.guarantee() == Guarantee.AT_MOST_ONCE || routes == null || !routes.anyDurable()) {
            record.varint(0);
            return;
        }
        int owed = 0;
        for (Target target : routes.targets()) {
            owed += isOwed(target.recipient(), target.matchFor(publish.origin)) ? 1 : 0;
        }
        for (ShareGroup.Member member : publish.members) {
            owed += member != null && isOwed(member.recipient(), member.match()) ? 1 : 0;
        }
        record.varint(owed);
        for (Target target : routes.targets()) {
            write(record, target.recipient(), target.matchFor(publish.origin));
        }
        for (ShareGroup.Member member : publish.members) {
            if (member != null) {
                write(record, member.recipient(), member.match());
            }
        }
    }

    private static void write(RecordWriter record, Recipient recipient, @Nullable Match match) {
        if (match != null && isOwed(recipient, match)) {
            record.varint(recipient.id());
            MatchCodec.write(record, match);
        }
    }
}
