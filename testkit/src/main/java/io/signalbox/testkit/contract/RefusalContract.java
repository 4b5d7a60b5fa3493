package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a transport says about itself, and that it refuses clearly what it cannot do. */
public abstract class RefusalContract extends Theme {
    private static final int PAYLOAD_TRIED_MAX = 64 << 20;

    @Test
    void itHasANameAndIsUp() {
        assertThat(transport.name()).isNotBlank().isLowerCase();
        assertThat(transport.health().status()).as("%s", transport.health()).isEqualTo(Health.Status.UP);
        assertThat(transport.capabilities().payloadBytesMax()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Feature.class)
    void aFeatureThatIsMissingIsRefusedAsNotSupported(Feature feature) {
        Assumptions.assumeFalse(has(feature), () -> transport.name() + " has " + feature + ", see its theme");
        SignalboxException refusal = refusalOf(() -> use(feature));
        assertThat(refusal.reason()).as("%s", refusal.getMessage()).isEqualTo(ReasonCode.NOT_SUPPORTED);
    }

    /** The plainest use of the feature; what else it needs is assumed to be there. */
    private void use(Feature feature) {
        switch (feature) {
            case SUBSCRIBE -> client("s", "a");
            case DURABLE_SESSIONS -> open(SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT);
            case WILDCARDS -> subscribe(spec("a/#"));
            case SHARE_GROUPS -> subscribe(spec("a").withShareGroup("g"));
            case ORDERED -> publish(with(MessageProperties.builder().orderingKey("k")));
            case RETAINED -> publish(to("a").retain(true).payload("x").build());
            case REPLAY -> {
                refusalOf(() -> await(transport.read(ReadRequest.last(TopicFilter.ofMqtt("a"), 1), m -> true)));
                subscribe(spec("a").withStart(StartPosition.ALL, 0));
            }
            case EXPIRY -> publish(to("a").ttlMillis(60_000).build());
            case PRIORITY -> publish(to("a").priority(9).build());
            case DELAYED_REDELIVERY -> {
                TestClient client = manual("s", "a");
                publish("a", "x");
                int id = client.received().awaitCount(1).getFirst().deliveryId();
                client.settle(id, new Settlement.Modified(Duration.ofSeconds(1), "busy"));
            }
            case DEAD_LETTERS ->
                open(
                        SessionOptions.transientSession("s").withQueue(10, 1_000, OverflowPolicy.DEAD_LETTER),
                        SettleBehaviour.ACCEPT);
            case REFUSAL_WHEN_FULL ->
                open(
                        SessionOptions.transientSession("s").withQueue(10, 1_000, OverflowPolicy.REJECT_PUBLISH),
                        SettleBehaviour.ACCEPT);
            case DEDUPLICATION -> publish(with(MessageProperties.builder().idempotencyKey("k")));
            case EXACTLY_ONCE ->
                publish(to("a").guarantee(Guarantee.EXACTLY_ONCE).build());
            case REQUEST_REPLY -> publish(with(MessageProperties.builder().replyTo("b")));
        }
    }

    private static Message with(MessageProperties.Builder properties) {
        return to("a").properties(properties.build()).build();
    }

    private void subscribe(FilterSpec spec) {
        Refusal refusal = client("s").trySubscribe(spec);
        if (refusal != null) {
            throw refusal.toException();
        }
    }

    @Test
    @Needs(Feature.SUBSCRIBE)
    void oneRefusedSubscriptionDoesNotSpoilTheOthers() {
        Assumptions.assumeTrue(has(Feature.SHARE_GROUPS), "needs a subscription that is refused");
        TestClient client = client("s");
        FilterSpec bad = new FilterSpec(
                TopicFilter.ofMqtt("b"),
                "g",
                Guarantee.AT_LEAST_ONCE,
                0,
                true,
                false,
                FilterSpec.RetainedDelivery.SEND,
                StartPosition.NEW,
                0);
        List<?> results = await(client.session().subscribe(List.of(spec("a"), bad, spec("c"))));
        assertThat(results).hasSize(3);
        assertThat(results.get(0)).isNull();
        assertThat(results.get(1)).isNotNull();
        assertThat(results.get(2)).isNull();
        publish("a", "1");
        publish("c", "2");
        client.received().awaitPayloads("1", "2");
    }

    @Test
    void aPayloadBeyondTheLimitIsRefusedAndTheNextIsTaken() {
        int max = transport.capabilities().payloadBytesMax();
        Assumptions.assumeTrue(max < PAYLOAD_TRIED_MAX, "a limit of " + max + " bytes is not tried");
        SignalboxException refusal =
                refusalOf(() -> publish(to("a").payload(new byte[max + 1]).build()));
        assertThat(refusal.reason()).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE);
        assertThat(refusal.getMessage()).contains(String.valueOf(max)).contains(String.valueOf(max + 1));
        publish(to("a").payload(new byte[max]).build());
    }
}
