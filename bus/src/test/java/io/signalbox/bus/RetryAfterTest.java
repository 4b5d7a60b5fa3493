package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.middleware.EventCall;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.middleware.Retrying;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rejection that names a time is not tried again before it. */
class RetryAfterTest {
    record Pay(int amount) implements Command<String> {}

    record Paid(int amount) implements Event {}

    private static final Duration AFTER = Duration.ofSeconds(30);
    private static final RetryPolicy POLICY =
            RetryPolicy.exponential(3, Duration.ofMillis(100), Duration.ofMillis(400));

    private static final EventCall<Object> CALL = new EventCall<>(
            new Paid(1),
            new Envelope<>(new Paid(1), 0, Meta.NONE),
            new HandlerEntry.OfEvent(Paid.class, "paid", HandlerOptions.DEFAULT, (Paid paid) -> {}));

    private final ManualScheduler time = new ManualScheduler();
    private final long start = time.nowMillis();
    private final List<Long> attemptsAtMillis = new ArrayList<>();

    private void rejectTheFirst() {
        attemptsAtMillis.add(time.nowMillis() - start);
        if (attemptsAtMillis.size() == 1) {
            throw new RejectedMessageException(Reason.CIRCUIT_OPEN, "open", AFTER);
        }
    }

    @Test
    void byTheRetriesOfACommand() {
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .commands(s -> s.withRetry(POLICY))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.handle(Pay.class, pay -> {
                rejectTheFirst();
                return "paid";
            });
            assertThat(bus.execute(new Pay(1))).isEqualTo(CommandResult.success("paid"));
            assertThat(attemptsAtMillis).containsExactly(0L, AFTER.toMillis());
        }
    }

    @Test
    void byTheRetriesOfAnEvent() {
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Paid.class, paid -> rejectTheFirst(), HandlerOptions.DEFAULT.withRetry(POLICY));
            bus.publish(new Paid(1));
            time.advance(Duration.ofMinutes(1));
            assertThat(attemptsAtMillis).containsExactly(0L, AFTER.toMillis());
        }
    }

    @Test
    void theMiddlewareThatRetriesLeavesALongTimeToTheBusAndWaitsForAShortOne() throws Exception {
        List<Long> pauses = new ArrayList<>();
        Retrying retrying = new Retrying(POLICY, pauses::add);
        assertThatThrownBy(() -> retrying.around(CALL, call -> {
                    rejectTheFirst();
                }))
                .isInstanceOf(RejectedMessageException.class);
        assertThat(pauses).isEmpty();
        int[] calls = {0};
        retrying.around(CALL, call -> {
            if (calls[0]++ == 0) {
                throw new RejectedMessageException(Reason.RATE_LIMITED, "busy", Duration.ofMillis(300));
            }
        });
        assertThat(pauses).containsExactly(Duration.ofMillis(300).toNanos());
    }
}
