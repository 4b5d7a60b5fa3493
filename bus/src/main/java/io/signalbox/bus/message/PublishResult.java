package io.signalbox.bus.message;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the bus answers at once to whoever publishes. */
public sealed interface PublishResult {
    PublishResult ACCEPTED = new Accepted();
    PublishResult NO_SUBSCRIBERS = new NoSubscribers();

    /** Every handler will hear of it, or the ledger says why not. */
    record Accepted() implements PublishResult {}

    /** Legal, counted, and heard by nobody at present. */
    record NoSubscribers() implements PublishResult {}

    /**
     * The bus does not take it.
     *
     * @param retryAfter when publishing again may succeed; null when that is not a matter of time
     */
    record Refused(Reason reason, String detail, @Nullable Duration retryAfter) implements PublishResult {}

    static PublishResult refused(Reason reason, String detail) {
        return new Refused(reason, detail, null);
    }

    /** The bus has done its part: it is queued, or there is nobody to tell. */
    default boolean isAccepted() {
        return !(this instanceof Refused);
    }
}
