package io.signalbox.testkit.memory;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StartPosition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is refused, and why. */
final class Doorkeeper {
    private final Quirks quirk;
    private final Set<Feature> features;

    Doorkeeper(Quirks quirk, Set<Feature> features) {
        this.quirk = quirk;
        this.features = features;
    }

    private boolean is(Quirks other) {
        return quirk == other;
    }

    static Refusal closed() {
        return new Refusal(ReasonCode.CLOSED, "this transport is closed");
    }

    @Nullable
    Refusal refuse(Message message, int tag) {
        if (message.payload().length > MemoryTransport.PAYLOAD_BYTES_MAX) {
            return new Refusal(
                    ReasonCode.PAYLOAD_TOO_LARGE,
                    "the payload has " + message.payload().length + " bytes; the limit is "
                            + MemoryTransport.PAYLOAD_BYTES_MAX);
        }
        MessageProperties p = message.properties();
        return missing(
                message.retain() ? Feature.RETAINED : null,
                message.ttlMillis() > 0 ? Feature.EXPIRY : null,
                message.priority() != Message.PRIORITY_DEFAULT ? Feature.PRIORITY : null,
                tag != 0 || message.guarantee() == Guarantee.EXACTLY_ONCE ? Feature.EXACTLY_ONCE : null,
                p.orderingKey() != null ? Feature.ORDERED : null,
                p.idempotencyKey() != null ? Feature.DEDUPLICATION : null,
                p.replyTo() != null ? Feature.REQUEST_REPLY : null);
    }

    @Nullable
    Refusal missing(@Nullable Feature... needed) {
        if (is(Quirks.IGNORES_WHAT_IT_CANNOT_DO)) {
            return null;
        }
        for (Feature feature : needed) {
            if (feature != null && !features.contains(feature)) {
                return new Refusal(ReasonCode.NOT_SUPPORTED, "the transport memory has no " + feature);
            }
        }
        return null;
    }

    @Nullable
    Refusal refuse(FilterSpec spec) {
        if (spec.noLocal() && spec.shareGroup() != null) {
            return new Refusal(ReasonCode.FILTER_INVALID, "a shared subscription cannot be no-local");
        }
        return missing(
                spec.filter().isExact() ? null : Feature.WILDCARDS,
                spec.shareGroup() == null ? null : Feature.SHARE_GROUPS,
                spec.start() instanceof StartPosition.New ? null : Feature.REPLAY);
    }
}
