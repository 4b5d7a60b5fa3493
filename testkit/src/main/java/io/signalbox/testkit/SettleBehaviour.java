package io.signalbox.testkit;

import io.signalbox.transport.Settlement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@link RecordingSubscriber} does with a delivery as soon as it has it. */
@FunctionalInterface
public interface SettleBehaviour {
    /** Accepts each at once; of exactly once deliveries it plays the receiver's whole part. */
    SettleBehaviour ACCEPT = delivery -> Settlement.ACCEPTED;

    /** Leaves every settlement to the test. */
    SettleBehaviour MANUAL = delivery -> null;

    /** @return null: leave it unsettled */
    @Nullable
    Settlement decide(Delivery delivery);

    /** Fails each message so many times, by its delivery count, then accepts it. */
    static SettleBehaviour failTimes(int times, Duration retryDelay) {
        return delivery -> delivery.deliveryCount() < times
                ? new Settlement.Modified(retryDelay, "failed on purpose, attempt " + (delivery.deliveryCount() + 1))
                : Settlement.ACCEPTED;
    }
}
