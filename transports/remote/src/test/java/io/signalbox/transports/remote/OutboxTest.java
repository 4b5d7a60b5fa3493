package io.signalbox.transports.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.connection.ResponseTimes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every publish is answered, whatever the publisher of another does with its answer. */
final class OutboxTest {
    private final ManualTimeSource time = new ManualTimeSource();
    private final PublishRecorder answers = new PublishRecorder(Duration.ofSeconds(60));
    private final PublishBound bound = new PublishBound(10, 1 << 20);
    private final Outbox outbox =
            new Outbox(time, RemoteWaits.DEFAULT, bound, new ReceiptWatch(Durability.SYNCED, new ResponseTimes()));

    /** As an assertion does, or a class that is missing. */
    private final class Failing implements PublishCallback {
        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            answers.published(context, outcome, reached, sequence);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            answers.refused(context, refusal);
            throw new AssertionError("a test throws this");
        }
    }

    private void submit(long number, PublishCallback callback) {
        outbox.submit(new Pending(
                Message.to(Topic.ofMqtt("key/x")).payload("m" + number).build(),
                null,
                callback,
                number,
                time.millis(),
                null));
    }

    private void assertAllRefused(ReasonCode reason) {
        assertThat(answers.refusals()).containsOnlyKeys(1L, 2L, 3L);
        assertThat(answers.refusals().values())
                .allSatisfy(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
        assertThat(bound.messages()).isZero();
    }

    @Test
    void anErrorOfAPublisherDoesNotKeepTheOthersFromTheirRefusal() {
        submit(1, new Failing());
        submit(2, new Failing());
        submit(3, answers);
        time.advance(RemoteWaits.DEFAULT.hold().plusMillis(1));
        outbox.tick();
        assertAllRefused(ReasonCode.BUSY);
    }

    @Test
    void norDoesItWhenTheOutboxIsClosed() {
        submit(1, new Failing());
        submit(2, new Failing());
        submit(3, answers);
        outbox.close(0);
        assertAllRefused(ReasonCode.CLOSED);
    }
}
