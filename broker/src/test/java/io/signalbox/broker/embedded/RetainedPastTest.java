package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RetainedPastTest extends Theme {
    private static final int TOPICS = 4_000;

    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private void retainAll(String text) {
        PublishRecorder answers = new PublishRecorder(patience());
        for (int i = 0; i < TOPICS; i++) {
            transport.publish(
                    Message.to(Topic.ofMqtt("r/" + i))
                            .payload(text)
                            .retain(true)
                            .guarantee(Guarantee.AT_LEAST_ONCE)
                            .build(),
                    answers,
                    i);
        }
        answers.awaitAnswers(TOPICS);
        assertThat(answers.refusals()).isEmpty();
    }

    /** A reader that takes nothing must not keep a list of all there was when it asked. */
    @Test
    void itIsReadAsItIsTaken() {
        retainAll("kept");
        TestClient slow = open(SessionOptions.transientSession("slow"), SettleBehaviour.ACCEPT);
        slow.writable(false);
        slow.subscribe("#");
        Awaitility.await()
                .atMost(patience())
                .until(() -> ((EmbeddedBroker) transport)
                                .session("slow")
                                .orElseThrow()
                                .queuedMessages()
                        >= 1_000);
        retainAll("");
        slow.writable(true);
        Awaitility.await()
                .atMost(patience())
                .until(() -> slow.received().deliveries().stream()
                                .filter(delivery -> !delivery.fromRetained())
                                .count()
                        == TOPICS);
        assertThat(slow.received().deliveries().stream()
                        .filter(Delivery::fromRetained)
                        .count())
                .isBetween(1_000L, 2_048L);
    }
}
