package io.signalbox.transport;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.transport.Capabilities.Feature;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a transport says it cannot do, so that every transport refuses alike.
 *
 * @param transport its name, for the texts
 */
public record Admission(String transport, Capabilities capabilities) {

    /**
     * @param tag as given to {@link Session#publish}, 0 for none
     * @return null if the message may be published
     */
    public @Nullable Refusal refuse(Message message, int tag) {
        int bytes = message.payload().length;
        if (bytes > capabilities.payloadBytesMax()) {
            return new Refusal(
                    ReasonCode.PAYLOAD_TOO_LARGE,
                    "the payload has " + bytes + " bytes; the limit of " + transport + " is "
                            + capabilities.payloadBytesMax());
        }
        Refusal refusal = message.retain() ? missing(Feature.RETAINED) : null;
        if (refusal == null && message.ttlMillis() > 0) {
            refusal = missing(Feature.EXPIRY);
        }
        if (refusal == null && message.priority() != Message.PRIORITY_DEFAULT) {
            refusal = missing(Feature.PRIORITY);
        }
        if (refusal == null && (tag != 0 || message.guarantee() == Guarantee.EXACTLY_ONCE)) {
            refusal = missing(Feature.EXACTLY_ONCE);
        }
        MessageProperties properties = message.properties();
        return refusal != null || properties == MessageProperties.NONE ? refusal : refuse(properties);
    }

    private @Nullable Refusal refuse(MessageProperties properties) {
        Refusal refusal = properties.orderingKey() != null ? missing(Feature.ORDERED) : null;
        if (refusal == null && properties.idempotencyKey() != null) {
            refusal = missing(Feature.DEDUPLICATION);
        }
        return refusal == null && properties.replyTo() != null ? missing(Feature.REQUEST_REPLY) : refusal;
    }

    /** @return null if such a session may be opened */
    public @Nullable Refusal refuse(SessionOptions options) {
        Refusal refusal = missing(Feature.SUBSCRIBE);
        if (refusal == null && options.durable()) {
            refusal = missing(Feature.DURABLE_SESSIONS);
        }
        if (refusal != null) {
            return refusal;
        }
        return switch (options.overflow()) {
            case DEAD_LETTER -> missing(Feature.DEAD_LETTERS);
            case REJECT_PUBLISH -> missing(Feature.REFUSAL_WHEN_FULL);
            case DROP_OLDEST, SPILL -> null;
        };
    }

    /** @return null if the subscription may be made */
    public @Nullable Refusal refuse(FilterSpec spec) {
        if (spec.shareGroup() != null) {
            if (spec.noLocal()) {
                return new Refusal(
                        ReasonCode.FILTER_INVALID, "a shared subscription cannot be no-local (MQTT 5, 3.8.3.1)");
            }
            Refusal refusal = missing(Feature.SHARE_GROUPS);
            if (refusal != null) {
                return refusal;
            }
        }
        Refusal refusal = spec.filter().isExact() ? null : missing(Feature.WILDCARDS);
        return refusal == null && !(spec.start() instanceof StartPosition.New) ? missing(Feature.REPLAY) : refusal;
    }

    /** @return null if the transport has it */
    public @Nullable Refusal missing(Feature feature) {
        return capabilities.has(feature)
                ? null
                : new Refusal(ReasonCode.NOT_SUPPORTED, "the transport " + transport + " has no " + feature);
    }
}
