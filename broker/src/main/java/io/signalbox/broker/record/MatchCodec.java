package io.signalbox.broker.record;

import io.signalbox.message.Guarantee;
import io.signalbox.transport.Match;

/** One byte for most: bits 0-1 guarantee, 2 retain as published, 3 has subscription ids, which then follow. */
public final class MatchCodec {
    private MatchCodec() {}

    public static void write(RecordWriter out, Match match) {
        int[] ids = match.subscriptionIds();
        out.octet(match.guarantee().qos() | (match.retainAsPublished() ? 4 : 0) | (ids.length > 0 ? 8 : 0));
        if (ids.length > 0) {
            out.varint(ids.length);
            for (int id : ids) {
                out.varint(id);
            }
        }
    }

    public static Match read(RecordReader in) {
        int flags = in.octet();
        Guarantee guarantee = Guarantee.ofQos(flags & 3);
        if ((flags & 12) == 0) {
            return Match.plain(guarantee);
        }
        int[] ids = new int[(flags & 8) != 0 ? in.count() : 0];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.intVarint();
        }
        return new Match(guarantee, (flags & 4) != 0, ids);
    }
}
