package io.signalbox.gateway.mqtt.will;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.FakeTransport;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WillPublisherTest {
    private static final Refusal BUSY = new Refusal(ReasonCode.BUSY, "on purpose");
    private static final Principal CLIENT = Principal.anonymous("c");

    private final FakeTransport transport = new FakeTransport();
    private final Counters<MqttCounter> counters = new Counters<>(MqttCounter.class);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Refusal> lost = new ArrayList<>();
    private boolean permitted = true;
    private final WillPublisher publisher = publisher(1 << 20);

    private WillPublisher publisher(long bytesMax) {
        Authorizer authorizer = new Authorizer() {
            @Override
            public boolean mayPublish(Principal principal, Topic topic) {
                return permitted;
            }

            @Override
            public boolean maySubscribe(Principal principal, TopicFilter filter) {
                return false;
            }

            @Override
            public boolean mayReceive(Principal principal, Topic topic) {
                return false;
            }

            @Override
            public boolean mayAdminister(Principal principal) {
                return false;
            }

            @Override
            public long epoch() {
                return 0;
            }
        };
        PublishCallback onLost = new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {}

            @Override
            public void refused(long context, Refusal refusal) {
                lost.add(refusal);
            }
        };
        return new WillPublisher(transport, authorizer, () -> 0, counters, onLost, bytesMax);
    }

    private static Will will(String topic) {
        Message message = Message.to(Topic.ofMqtt(topic))
                .payload(new byte[16])
                .guarantee(Guarantee.AT_LEAST_ONCE)
                .build();
        return new Will(message, 0);
    }

    private void publish(String topic) {
        publisher.publish(will(topic), CLIENT, channel.eventLoop());
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private List<String> published() {
        return transport.published.stream().map(m -> m.topic().text()).toList();
    }

    @BeforeEach
    void theTestHasTheTime() {
        channel.freezeTime();
    }

    @AfterEach
    void end() {
        channel.close();
    }

    @Test
    void aWillThatFindsTheBrokerBusyComesWhenItIsNoLonger() {
        transport.refusal = BUSY;
        publish("w");
        pass(WillPublisher.PAUSE_MILLIS_MIN);
        pass(2 * WillPublisher.PAUSE_MILLIS_MIN);
        assertThat(published()).isEmpty();
        assertThat(publisher.idle()).isFalse();
        transport.refusal = null;
        pass(4 * WillPublisher.PAUSE_MILLIS_MIN);
        assertThat(published()).containsExactly("w");
        assertThat(publisher.idle()).isTrue();
        assertThat(lost).isEmpty();
        assertThat(counters.value(MqttCounter.WILLS_PUBLISHED)).isOne();
        pass(WillPublisher.PAUSE_MILLIS_MAX);
        assertThat(published()).as("once").containsExactly("w");
    }

    /** The retained state of a client would else be that of the time before last. */
    @Test
    void noWillOvertakesOneThatWaits() {
        transport.refusal = BUSY;
        publish("first");
        publish("second");
        pass(WillPublisher.PAUSE_MILLIS_MIN);
        transport.refusal = null;
        publish("third");
        assertThat(published()).isEmpty();
        pass(WillPublisher.PAUSE_MILLIS_MAX);
        assertThat(published()).containsExactly("first", "second", "third");
        publish("fourth");
        assertThat(published()).as("nothing waits any more").endsWith("fourth");
    }

    @Test
    void oneThatIsNeverTakenIsGivenUpAndCounted() {
        transport.refusal = BUSY;
        publish("w");
        for (int i = 0; i < WillPublisher.PAUSES_MAX; i++) {
            assertThat(lost).isEmpty();
            pass(WillPublisher.PAUSE_MILLIS_MAX);
        }
        assertThat(lost).containsExactly(BUSY);
        assertThat(publisher.idle()).isTrue();
    }

    @Test
    void whatIsRefusedForAnotherReasonIsNotTriedAgain() {
        transport.refusal = new Refusal(ReasonCode.QUEUE_FULL, "on purpose");
        publish("w");
        assertThat(lost).hasSize(1);
        assertThat(publisher.idle()).isTrue();
        transport.refusal = null;
        pass(WillPublisher.PAUSE_MILLIS_MAX);
        assertThat(published()).isEmpty();
    }

    @Test
    void whatWaitsIsBoundedInBytes() {
        int two = 2 * will("w").sizeBytes();
        WillPublisher small = publisher(two);
        transport.refusal = BUSY;
        for (int i = 0; i < 3; i++) {
            small.publish(will("w"), CLIENT, channel.eventLoop());
        }
        assertThat(lost).hasSize(1);
        transport.refusal = null;
        pass(WillPublisher.PAUSE_MILLIS_MIN);
        assertThat(published()).hasSize(2);
        transport.refusal = BUSY;
        small.publish(will("w"), CLIENT, channel.eventLoop());
        small.publish(will("w"), CLIENT, channel.eventLoop());
        assertThat(lost).as("what has gone makes room").hasSize(1);
    }

    @Test
    void aRightThatIsTakenBackMeanwhileHolds() {
        transport.refusal = BUSY;
        publish("w");
        permitted = false;
        transport.refusal = null;
        pass(WillPublisher.PAUSE_MILLIS_MIN);
        assertThat(published()).isEmpty();
        assertThat(counters.value(MqttCounter.WILL_NOT_AUTHORIZED)).isOne();
        assertThat(publisher.idle()).isTrue();
    }

    @Test
    void aServerThatStopsTriesThemAllAgain() {
        PendingWills wills =
                new PendingWills(transport, Authorizer.ALLOW_ALL, () -> 0, counters, PublishCallback.IGNORE);
        transport.refusal = BUSY;
        wills.arm("c", CLIENT, will("now"), 0, channel.eventLoop());
        wills.arm("d", CLIENT, will("later"), 60_000, channel.eventLoop());
        wills.publishAll();
        assertThat(wills.settled()).isFalse();
        transport.refusal = null;
        wills.publishAll();
        assertThat(published()).containsExactly("now", "later");
        assertThat(wills.settled()).isTrue();
    }
}
