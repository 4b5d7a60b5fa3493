package io.signalbox.gateway.amqp.link;

import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.Map;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Received;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transactions.TransactionalState;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/** AMQP's outcomes (3.4) and the transport's words for them. */
final class Outcomes {
    /** How long to wait before it is offered again, in milliseconds; among the annotations of modified. */
    private static final Symbol DELAY = Symbol.valueOf("x-opt-delivery-delay");

    /** What is kept of a receiver's reason, with each message that it rejects. */
    private static final int REASON_CHARS_MAX = 1_024;

    private static final long DELAY_MILLIS_MAX = Duration.ofDays(365).toMillis();

    private Outcomes() {}

    /** What a publisher hears. What may go well later is released, what never will is rejected, with the reason. */
    static DeliveryState ofRefusal(Refusal refusal) {
        return switch (refusal.reason()) {
            case BUSY, SHUTTING_DOWN, CLOSED -> Released.getInstance();
            default -> rejected(refusal.reason(), refusal.detail());
        };
    }

    static DeliveryState rejected(ReasonCode reason, String detail) {
        return rejected(Condition.of(reason), detail);
    }

    static DeliveryState rejected(Condition condition, String detail) {
        return new Rejected(condition.error(detail));
    }

    /**
     * Does a receiver end a delivery so? Else it is still on its way there (3.4.1).
     *
     * @throws Violation the client believes in a transaction (4.4.2), of which there can be none here
     */
    static boolean isEnd(@Nullable DeliveryState state) {
        return switch (state) {
            case Accepted a -> true;
            case Released r -> true;
            case Rejected r -> true;
            case Modified m -> true;
            case Received r -> false;
            case null -> false;
            case TransactionalState t ->
                throw new Violation(
                        Condition.TRANSACTION_UNKNOWN_ID,
                        "transactions are not supported: none can have been declared");
            default -> throw Violation.malformed("no delivery ends with " + state.getType());
        };
    }

    /**
     * How a receiver ends a delivery.
     *
     * @return null if this is no end: the message is still on its way there
     */
    static @Nullable Settlement settlement(@Nullable DeliveryState state) {
        return switch (state) {
            case Accepted a -> Settlement.ACCEPTED;
            case Released r -> Settlement.RELEASED;
            case Rejected rejected -> new Settlement.Rejected(reason(rejected));
            case Modified modified -> settlement(modified);
            case null, default -> null;
        };
    }

    private static Settlement settlement(Modified modified) {
        if (modified.isUndeliverableHere()) {
            return new Settlement.Rejected("the receiver says it is undeliverable here");
        }
        Duration delay = delay(modified.getMessageAnnotations());
        return modified.isDeliveryFailed()
                ? new Settlement.Modified(delay, "the receiver says it failed")
                : new Settlement.Released(delay);
    }

    private static Duration delay(@Nullable Map<Symbol, Object> annotations) {
        Object millis = annotations == null ? null : annotations.get(DELAY);
        return millis instanceof Number number
                ? Duration.ofMillis(Math.clamp(number.longValue(), 0, DELAY_MILLIS_MAX))
                : Duration.ZERO;
    }

    private static String reason(Rejected rejected) {
        if (rejected.getError() == null) {
            return "the receiver rejected it";
        }
        String description = rejected.getError().getDescription();
        String reason = rejected.getError().getCondition() + (description == null ? "" : ": " + description);
        return reason.length() <= REASON_CHARS_MAX ? reason : reason.substring(0, REASON_CHARS_MAX);
    }
}
