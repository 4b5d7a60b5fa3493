package io.signalbox.broker.record;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetter.Death;
import io.signalbox.broker.DeadLetter.DeathReason;
import java.util.ArrayList;
import java.util.List;

/** {@code id v, session s, sequence v, time v, resolved 1 byte, deaths [reason s, source s, count v, first v, last v, error s], message}. */
public final class DeadLetterCodec {
    private DeadLetterCodec() {}

    public static void write(RecordWriter out, DeadLetter letter) {
        out.varint(letter.id())
                .string(letter.session())
                .varint(letter.sequence())
                .varint(letter.timeMillis());
        out.octet(letter.resolved() ? 1 : 0);
        out.varint(letter.deaths().size());
        for (Death death : letter.deaths()) {
            out.string(death.reason().name()).string(death.source()).varint(death.count());
            out.varint(death.firstMillis()).varint(death.lastMillis()).string(death.error());
        }
        MessageCodec.write(out, letter.message());
    }

    public static DeadLetter read(RecordReader in) {
        long id = in.varint();
        String session = in.string();
        long sequence = in.varint();
        long time = in.varint();
        boolean resolved = in.octet() == 1;
        int count = in.count();
        List<Death> deaths = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            deaths.add(new Death(
                    DeathReason.valueOf(in.string()),
                    in.string(),
                    in.intVarint(),
                    in.varint(),
                    in.varint(),
                    in.string()));
        }
        return new DeadLetter(id, session, sequence, time, MessageCodec.read(in), List.copyOf(deaths), resolved);
    }
}
