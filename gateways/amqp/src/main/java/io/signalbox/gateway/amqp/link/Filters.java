package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.message.Selector;
import io.signalbox.transport.HistoryOption;
import io.signalbox.transport.StartPosition;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.protonj2.types.DescribedType;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.jspecify.annotations.Nullable;

/**
 * Which of a source's filters (3.5.8) are applied here. What a filter is its descriptor says; its key is the client's name
 * for it. Filters that are not known are left out of the answer, by which the client sees that they are not applied.
 *
 * @param selector null: every message
 * @param applied those of the client's filters that hold, as it sent them
 */
record Filters(@Nullable Selector selector, StartPosition start, double speed, Map<Symbol, Object> applied) {
    private static final String SELECTOR = "apache.org:selector-filter:string";
    private static final UnsignedLong SELECTOR_CODE = UnsignedLong.valueOf(0x0000_468C_0000_0004L);
    private static final String FROM = "signalbox:from";
    private static final String SPEED = "signalbox:speed";

    static final Filters NONE = new Filters(null, StartPosition.NEW, 0, Map.of());

    /**
     * @throws Violation one of them cannot be read
     * @throws io.signalbox.error.SignalboxException MALFORMED, as above
     */
    static Filters of(@Nullable Map<Symbol, Object> asked, long nowMillis) {
        if (asked == null || asked.isEmpty()) {
            return NONE;
        }
        Selector selector = null;
        StartPosition start = StartPosition.NEW;
        double speed = 0;
        Map<Symbol, Object> applied = new HashMap<>();
        for (Map.Entry<Symbol, Object> filter : asked.entrySet()) {
            String kind = kind(filter.getKey(), filter.getValue());
            switch (kind) {
                case SELECTOR -> selector = Selector.parse(text(kind, filter.getValue()));
                case FROM -> start = HistoryOption.start(text(kind, filter.getValue()), nowMillis);
                case SPEED -> speed = HistoryOption.speed(text(kind, filter.getValue()));
                default -> {
                    continue;
                }
            }
            applied.put(filter.getKey(), filter.getValue());
        }
        return new Filters(selector, start, speed, applied);
    }

    /** Clients that cannot describe values name a filter by its key alone. */
    private static String kind(Symbol key, Object value) {
        if (value instanceof DescribedType described) {
            Object descriptor = described.getDescriptor();
            return SELECTOR_CODE.equals(descriptor) ? SELECTOR : String.valueOf(descriptor);
        }
        return switch (key.toString()) {
            case HistoryOption.FROM -> FROM;
            case HistoryOption.SPEED -> SPEED;
            case "jms-selector" -> SELECTOR;
            default -> key.toString();
        };
    }

    private static String text(String kind, Object value) {
        Object text = value instanceof DescribedType described ? described.getDescribed() : value;
        if (text instanceof String || text instanceof Symbol || text instanceof Number) {
            return text.toString();
        }
        throw new Violation(Condition.INVALID_FIELD, "the filter " + kind + " is no text");
    }
}
