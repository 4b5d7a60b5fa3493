package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.ManualLane;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.DeliveryCounters;
import io.signalbox.transports.delivery.Mailbox;
import io.signalbox.transports.delivery.Settler;
import io.signalbox.transports.delivery.Subscriptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session holds that is not settled is bounded, wherever in a record the bytes are. */
final class IntakeTest {
    private static final long BYTES_MAX = 4 << 20;

    private final Appetite appetite = new Appetite(1_000, BYTES_MAX);
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final ManualLane lane = new ManualLane();
    private final Cursor cursor = new Cursor("g", Map.of(Records.PARTITION, Position.at(0)));
    private final Match match =
            Subscriptions.match(List.of(FilterSpec.of(TopicFilter.ofMqtt("#"), Guarantee.AT_LEAST_ONCE)));

    @AfterEach
    void close() {
        later.shutdownNow();
    }

    private Intake intake() {
        Mailbox<Claim> mailbox = new Mailbox<>(
                SessionOptions.durableSession("s"),
                lane,
                new RecordingSubscriber(lane, SettleBehaviour.MANUAL),
                new Done(),
                new ManualTimeSource(),
                4,
                new DeliveryCounters());
        DeadLetters deadLetters = new DeadLetters("dead", Records.producer(true), Records.MAPPING, later);
        return new Intake("s", Records.MAPPING, deadLetters, mailbox, appetite);
    }

    private static final class Done implements Settler<Claim> {
        @Override
        public void done(Claim claim) {
            claim.done();
        }

        @Override
        public void dead(Claim claim, Arrival<Claim> arrival, DeadReason reason, String detail) {
            claim.done();
        }

        @Override
        public void flush() {}
    }

    /** How many are taken until the session has enough. */
    private int takeUntilFull(String payload, RecordHeaders headers) {
        Intake intake = intake();
        Ledger ledger = cursor.ledger(Records.PARTITION, 0);
        int taken = 0;
        while (!appetite.isFull() && taken < 3_000) {
            intake.take(Records.record(taken, payload, headers), match, cursor, ledger);
            taken++;
        }
        return taken;
    }

    @Test
    void bytesOfThePayloadCount() {
        assertThat(takeUntilFull("x".repeat(1 << 20), new RecordHeaders())).isEqualTo(4);
    }

    @Test
    void bytesOfTheHeadersCount() {
        RecordHeaders headers = new RecordHeaders();
        byte[] most = "x".repeat(65_535).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 16; i++) {
            headers.add("ballast" + i, most); // one alone may not have more
        }
        assertThat(takeUntilFull("x", headers)).isEqualTo(4);
    }

    @Test
    void manySmallOnesAreBoundedByTheirNumber() {
        assertThat(takeUntilFull("x", new RecordHeaders())).isEqualTo(1_500);
    }
}
