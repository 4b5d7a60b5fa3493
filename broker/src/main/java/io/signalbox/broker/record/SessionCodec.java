package io.signalbox.broker.record;

import io.signalbox.access.Principal;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;

/** {@code name s, principal s, anonymous 1 byte, expiry seconds v, queue bounds v v, overflow s, unsettled v, ack timeout v}. */
public final class SessionCodec {
    private SessionCodec() {}

    public static void write(RecordWriter out, SessionOptions o) {
        out.string(o.name()).string(o.principal().name()).octet(o.principal().anonymous() ? 1 : 0);
        out.varint(o.expiry().toSeconds()).varint(o.queueMessagesMax()).varint(o.queueBytesMax());
        out.string(o.overflow().name()).varint(o.unsettledMax()).varint(millis(o.ackTimeout()));
    }

    /** Durations may be longer than a number of milliseconds can say. */
    private static long millis(Duration duration) {
        return duration.getSeconds() >= 1L << 53 ? Long.MAX_VALUE : duration.toMillis();
    }

    public static SessionOptions read(RecordReader in) {
        String name = in.string();
        Principal principal = new Principal(in.string(), name, in.octet() == 1);
        return new SessionOptions(
                name,
                principal,
                false,
                Duration.ofSeconds(in.varint()),
                in.intVarint(),
                in.varint(),
                OverflowPolicy.valueOf(in.string()),
                in.intVarint(),
                Duration.ofMillis(in.varint()));
    }
}
