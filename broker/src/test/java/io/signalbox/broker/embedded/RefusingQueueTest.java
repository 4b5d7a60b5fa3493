package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import org.junit.jupiter.api.Test;

/** A queue whose policy is to refuse holds its bound against bursts and groups too. */
class RefusingQueueTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private static SessionOptions refusing(String name) {
        return SessionOptions.durableSession(name).withQueue(10, 1 << 20, OverflowPolicy.REJECT_PUBLISH);
    }

    private long acceptedOf(int published) {
        PublishRecorder answers = new PublishRecorder(patience());
        for (int i = 0; i < published; i++) {
            transport.publish(message("a", "m" + i), answers, i);
        }
        answers.awaitAnswers(published);
        assertThat(answers.refusals().values()).allMatch(r -> r.reason() == ReasonCode.QUEUE_FULL);
        return published - answers.refusals().size();
    }

    @Test
    void aBurstIsRefusedAtTheBoundToo() {
        open(refusing("s"), SettleBehaviour.MANUAL).subscribe("a").detach();
        assertThat(acceptedOf(500)).isEqualTo(10);
    }

    @Test
    void thePastItAskedForRefusesNobody() {
        publishMany("a", "past", 50);
        TestClient client = open(refusing("s").withUnsettledMax(1), SettleBehaviour.MANUAL);
        client.subscribe(spec("a").withStart(StartPosition.ALL, 0));
        client.received().awaitPayloads("past0");
        client.detach();
        assertThat(acceptedOf(500)).isEqualTo(10);
    }

    @Test
    void aGroupTakesWhatItsMembersHaveRoomFor() {
        for (String name : new String[] {"one", "two"}) {
            TestClient member = open(refusing(name), SettleBehaviour.MANUAL);
            member.subscribe(spec("a").withShareGroup("g")).detach();
        }
        assertThat(acceptedOf(500)).isEqualTo(20);
    }

    @Test
    void whatItWouldNotGetItDoesNotRefuse() {
        TestClient client = open(refusing("s"), SettleBehaviour.MANUAL).subscribe("full");
        publishMany("full", "m", 10);
        client.subscribe(new FilterSpec(
                TopicFilter.ofMqtt("a"),
                null,
                Guarantee.AT_LEAST_ONCE,
                0,
                true,
                false,
                FilterSpec.RetainedDelivery.NONE,
                StartPosition.NEW,
                0));
        assertThat(client.publish(message("a", "own"), 0).outcome()).isNotNull();
        client.subscribe(spec("b", Guarantee.AT_MOST_ONCE, 0));
        publish("b", "at most once");
        client.received().awaitCount(11);
    }
}
