package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.topic.TopicGenerator;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.StartPosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which message goes to which session. */
@Needs(Feature.SUBSCRIBE)
public abstract class RoutingContract extends Theme {
    @Test
    void anExactFilterGetsItsTopicAlone() {
        TestClient client = client("s", "a/b");
        publish("a/b", "1");
        publish("a", "2");
        publish("a/b/c", "3");
        publish("a/B", "4");
        publish("a/b", "5");
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("1", "5");
    }

    @Test
    void everySubscribedSessionGetsTheMessage() {
        TestClient one = client("one", "a");
        TestClient two = client("two", "a");
        TestClient other = client("other", "b");
        publish("a", "x");
        one.received().awaitPayloads("x");
        two.received().awaitPayloads("x");
        other.fence();
        assertThat(deliveredTo(other)).isEmpty();
    }

    @Test
    void aMessageArrivesAsItWasPublished() {
        TestClient client = client("s", "a/b");
        byte[] bytes = {0, 1, (byte) 0xff, (byte) 0x80, 0};
        publish(to("a/b").payload(bytes).build());
        Delivery delivery = client.received().awaitCount(1).getFirst();
        assertThat(delivery.topic()).isEqualTo("a/b");
        assertThat(delivery.message().payload()).containsExactly(bytes);
        assertThat(delivery.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(delivery.deliveryCount()).isZero();
        assertThat(delivery.redelivered()).isFalse();
        assertThat(delivery.fromRetained()).isFalse();
    }

    @Needs(Feature.WILDCARDS)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+", "#", "a/+", "a/#", "+/b", "+/+", "a/+/c", "a/#/c", "#/c", "a/#/c/#", "+/#/+", "#/b/#", "/+", "+/",
                "a//+", "a/b/c", "#/#"
            })
    void aWildcardFilterMatchesAsItsDefinitionSays(String filter) {
        TestClient client = client("s", filter);
        List<String> expected = new ArrayList<>();
        for (String topic : List.of(
                "a", "b", "a/b", "a/c", "a/b/c", "a/x/y/c", "a/b/c/d", "b/c", "/", "/a", "a/", "a//c", "x/b/y")) {
            publish(topic, topic);
            if (TopicFilter.ofCanonical(filter).matches(Topic.ofMqtt(topic))) {
                expected.add(topic);
            }
        }
        client.fence();
        assertThat(deliveredTo(client)).containsExactlyElementsOf(expected);
    }

    @Test
    @Needs(Feature.WILDCARDS)
    void manyRandomSubscriptionsMatchAsTheirDefinitionSaysBeforeAndAfterChanges() {
        TopicGenerator random = new TopicGenerator(20_261_120L);
        TestClient client = client("s");
        List<TopicFilter> filters = new ArrayList<>(random.distinctFilters(60));
        for (int i = 0; i < filters.size(); i++) {
            client.subscribe(spec(filters.get(i).text(), Guarantee.AT_LEAST_ONCE, i + 1));
        }
        List<Topic> topics = random.distinctTopics(80);
        publishAndCompareIds(client, topics, filters, 0);
        int before = client.received().deliveries().size();
        // The same topics again, now that a third of the filters is gone: a stale cached match would show.
        List<TopicFilter> gone = new ArrayList<>();
        for (int i = 0; i < filters.size(); i += 3) {
            gone.add(filters.get(i));
            assertThat(client.unsubscribe(filters.get(i).text())).isTrue();
        }
        List<TopicFilter> left = new ArrayList<>(filters);
        gone.forEach(filter -> left.set(
                left.indexOf(filter),
                TopicFilter.ofMqtt("never-published/" + filter.text().length())));
        publishAndCompareIds(client, topics, left, before);
    }

    private void publishAndCompareIds(TestClient client, List<Topic> topics, List<TopicFilter> filters, int offset) {
        List<String> expected = new ArrayList<>();
        for (Topic topic : topics) {
            publish(topic.text(), topic.text());
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < filters.size(); i++) {
                if (filters.get(i).matches(topic)) {
                    ids.add(i + 1);
                }
            }
            if (!ids.isEmpty()) {
                expected.add(topic + " " + ids);
            }
        }
        List<Delivery> got = client.received().awaitCount(offset + expected.size());
        client.fence();
        got = client.received().deliveries();
        assertThat(got.subList(offset, got.size()))
                .extracting(d -> d.topic() + " " + sortedIds(d))
                .containsExactlyElementsOf(expected);
    }

    private static List<Integer> sortedIds(Delivery delivery) {
        return Arrays.stream(delivery.match().subscriptionIds())
                .sorted()
                .boxed()
                .toList();
    }

    @Needs(Feature.WILDCARDS)
    @ParameterizedTest
    @CsvSource({"#,false", "+/x,false", "+/#,false", "#/x,false", "$tck/#,true", "$tck/+,true", "$tck/x,true"})
    void dollarTopicsAreHiddenFromLeadingWildcards(String filter, boolean seen) {
        TestClient client = client("s", filter);
        publish("$tck/x", "hidden");
        client.fence();
        assertThat(deliveredTo(client)).hasSize(seen ? 1 : 0);
    }

    @Test
    @Needs(Feature.WILDCARDS)
    void overlappingSubscriptionsDeliverOnceWithAllIdsAndTheHighestGuarantee() {
        TestClient client = client("s");
        client.subscribe(spec("a/+", Guarantee.AT_MOST_ONCE, 7));
        client.subscribe(spec("a/b", Guarantee.AT_LEAST_ONCE, 8));
        client.subscribe(spec("#", Guarantee.AT_MOST_ONCE, 0));
        client.subscribe(spec("a/#", Guarantee.AT_MOST_ONCE, 9));
        publish("a/b", "all");
        client.received().awaitPayloads("all");
        publish("a/c", "low");
        client.received().awaitPayloads("all", "low");
        client.fence();
        List<Delivery> got = client.received().deliveries();
        assertThat(got).hasSize(2);
        assertThat(sortedIds(got.get(0))).containsExactly(7, 8, 9);
        assertThat(got.get(0).guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(sortedIds(got.get(1))).containsExactly(7, 9);
        assertThat(got.get(1).guarantee()).isEqualTo(Guarantee.AT_MOST_ONCE);
    }

    @Test
    void theGuaranteeIsTheLowerOfPublishedAndGranted() {
        TestClient low = client("low");
        low.subscribe(spec("a", Guarantee.AT_MOST_ONCE, 0));
        TestClient high = client("high", "a");
        publish(to("a").payload("0").guarantee(Guarantee.AT_MOST_ONCE).build());
        publish(to("a").payload("1").build());
        assertThat(low.received().awaitPayloads("0", "1"))
                .extracting(Delivery::guarantee)
                .containsExactly(Guarantee.AT_MOST_ONCE, Guarantee.AT_MOST_ONCE);
        assertThat(high.received().awaitPayloads("0", "1"))
                .extracting(Delivery::guarantee)
                .containsExactly(Guarantee.AT_MOST_ONCE, Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void noLocalKeepsASessionsOwnMessagesFromItself() {
        TestClient client = client("s");
        client.subscribe(new FilterSpec(
                TopicFilter.ofMqtt("a"),
                null,
                Guarantee.AT_LEAST_ONCE,
                0,
                true,
                false,
                FilterSpec.RetainedDelivery.SEND,
                StartPosition.NEW,
                0));
        TestClient other = client("other", "a");
        client.publish(message("a", "own"), 0);
        other.publish(message("a", "foreign"), 0);
        publish("a", "nobody's");
        client.received().awaitPayloads("foreign", "nobody's");
        other.received().awaitPayloads("own", "foreign", "nobody's");
    }

    @Test
    void withoutNoLocalASessionGetsItsOwnMessages() {
        TestClient client = client("s", "a");
        client.publish(message("a", "own"), 0);
        client.received().awaitPayloads("own");
    }

    @Test
    void subscribingAgainReplacesTheSubscription() {
        TestClient client = client("s");
        client.subscribe(spec("a", Guarantee.AT_LEAST_ONCE, 1));
        client.subscribe(spec("a", Guarantee.AT_MOST_ONCE, 2));
        publish("a", "x");
        client.received().awaitPayloads("x");
        client.fence();
        Delivery only = client.received().deliveries().getFirst();
        assertThat(client.received().deliveries()).hasSize(1);
        assertThat(only.match().subscriptionIds()).containsExactly(2);
        assertThat(only.guarantee()).isEqualTo(Guarantee.AT_MOST_ONCE);
    }

    @Test
    void unsubscribingEndsTheSubscriptionAndTellsWhetherItWasThere() {
        TestClient client = client("s", "a", "b");
        publish("a", "1");
        client.received().awaitPayloads("1");
        assertThat(client.unsubscribe("a")).isTrue();
        assertThat(client.unsubscribe("a")).isFalse();
        assertThat(client.unsubscribe("never/there")).isFalse();
        publish("a", "2");
        publish("b", "3");
        client.received().awaitPayloads("1", "3");
    }

    @Test
    void theReceiptTellsWhetherAnybodyIsSubscribed() {
        TestClient client = client("s", "a");
        assertThat(publish("a", "x").outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        assertThat(publish("b", "x").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        client.unsubscribe("a");
        assertThat(publish("a", "x").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @Test
    void theReceiptReachesNoMoreThanTheTransportPromises() {
        client("s", "a");
        Receipt receipt = publish("a", "x");
        assertThat(transport.capabilities().durability().atLeast(receipt.durability()))
                .as("%s within %s", receipt, transport.capabilities())
                .isTrue();
    }
}
