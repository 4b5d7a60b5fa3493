package io.signalbox.broker.record;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.Session;
import io.signalbox.transport.StartPosition;

/** What of a subscription outlives the moment it is made: not its start position, which has been served. */
public final class SpecCodec {
    private SpecCodec() {}

    public static void write(RecordWriter out, FilterSpec spec) {
        out.string(spec.filter().text()).optional(spec.shareGroup());
        out.octet(spec.guarantee().qos() | (spec.noLocal() ? 4 : 0) | (spec.retainAsPublished() ? 8 : 0));
        out.varint(spec.subscriptionId());
    }

    public static void writeTarget(RecordWriter out, Session.Target target) {
        out.string(target.filter().text()).optional(target.shareGroup());
    }

    public static Session.Target readTarget(RecordReader in) {
        return new Session.Target(TopicFilter.ofCanonical(in.string()), in.optional());
    }

    public static FilterSpec read(RecordReader in) {
        TopicFilter filter = TopicFilter.ofCanonical(in.string());
        String group = in.optional();
        int flags = in.octet();
        return new FilterSpec(
                filter,
                group,
                Guarantee.ofQos(flags & 3),
                in.intVarint(),
                (flags & 4) != 0,
                (flags & 8) != 0,
                RetainedDelivery.NONE,
                StartPosition.NEW,
                0);
    }
}
