package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.testkit.topic.TopicGenerator;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayoutTest {
    private final Layout layout = new Layout(
            KafkaConfig.of("h:1")
                    .withPrefix("sb")
                    .withRoots(Root.of("orders", "shop.orders"), Root.of("orders/eu", "eu")),
            Map.of("sb", 2, "shop.orders", 1, "eu", 3));

    @ParameterizedTest
    @CsvSource({
        "orders,shop.orders",
        "orders/us/1,shop.orders",
        "orders/eu,eu",
        "orders/eu/1,eu",
        "orders/europe,shop.orders",
        "ordersx,sb",
        "other,sb",
        "$sys/x,sb"
    })
    void theLongestRootHasTheTopic(String topic, String kafkaTopic) {
        Message message = Message.to(Topic.ofMqtt(topic)).build();
        assertThat(layout.partition(message, null).topic()).isEqualTo(kafkaTopic);
    }

    @ParameterizedTest
    @CsvSource({
        "orders/eu/#,3",
        "orders/eu/1,3",
        "orders/+/1,4",
        "orders/us,1",
        "#,6",
        "other/#,2",
        "+/eu,6",
        "orders,1",
        "orders/#,4"
    })
    void onlyPartitionsThatMayHaveAMatchAreRead(String filter, int partitions) {
        assertThat(layout.partitions(TopicFilter.ofMqtt(filter)))
                .hasSize(partitions)
                .doesNotHaveDuplicates();
    }

    @Test
    void whereverATopicIsThoseWhoWantItLook() {
        TopicGenerator random = new TopicGenerator(20_261_126L);
        List<TopicFilter> filters = List.copyOf(random.distinctFilters(200));
        for (Topic topic : random.distinctTopics(200)) {
            Message message = Message.to(topic).build();
            Layout rooted = new Layout(
                    KafkaConfig.of("h:1")
                            .withPrefix("sb")
                            .withRoots(new Root(Topic.ofMqtt(topic.levels().getFirst() + "/x"), "r")),
                    Map.of("sb", 1, "r", 1));
            for (TopicFilter filter : filters) {
                if (filter.matches(topic)) {
                    assertThat(rooted.partitions(filter))
                            .as("%s for %s", topic, filter)
                            .contains(rooted.partition(message, null));
                }
            }
        }
    }

    @Test
    void aSequenceNamesOnePlaceAndAscends() {
        long last = 0;
        for (long offset : new long[] {0, 1, 2, 1_000_000_000_000L}) {
            for (TopicPartition partition : layout.partitions()) {
                long sequence = layout.sequence(partition, offset);
                assertThat(sequence).isGreaterThan(last);
                last = sequence;
                assertThat(layout.place(sequence)).isEqualTo(new Place(partition, offset));
                assertThat(layout.offsetFrom(partition, sequence)).isEqualTo(offset);
                assertThat(layout.offsetFrom(partition, sequence + 1)).isEqualTo(offset + 1);
            }
        }
        assertThat(layout.place(0)).isNull();
        assertThat(layout.place(7)).as("there are six partitions").isNull();
    }

    @Test
    void aMessageWithoutKeyGoesWithItsTopicAndOneWithAKeyWithThat() {
        Message message = Message.to(Topic.ofMqtt("other/1")).build();
        assertThat(layout.partition(message, null).topic()).isEqualTo("sb");
        assertThat(layout.partition(message, null)).isEqualTo(layout.partition(message, null));
        Message european = Message.to(Topic.ofMqtt("orders/eu/1")).build();
        Set<TopicPartition> all = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            byte[] key = RecordMapping.bytes("customer-ü-" + i);
            assertThat(layout.partition(european, key))
                    .as("as Kafka's own partitioner says")
                    .isEqualTo(new TopicPartition("eu", BuiltInPartitioner.partitionForKey(key, 3)));
            all.add(layout.partition(european, key));
        }
        assertThat(all).hasSize(3);
    }

    @Test
    void aPartitionHasTheSameNumberFromEitherSide() {
        for (int i = 0; i < layout.partitions().size(); i++) {
            TopicPartition partition = layout.partitions().get(i);
            assertThat(layout.number(partition.topic(), partition.partition())).isEqualTo(i);
        }
    }

    @Test
    void aRecordWithoutATopicHasThatOfItsRoot() {
        assertThat(layout.topicOf("eu").text()).isEqualTo("orders/eu");
        assertThat(layout.topicOf("sb").text()).isEqualTo("sb");
        assertThat(layout.topicOf("some.other").text()).isEqualTo("some/other");
    }

    @Test
    void namesThatKafkaDoesNotTakeAreRefused() {
        assertThatThrownBy(() -> Root.of("a", "with space")).hasMessageContaining("with space");
        assertThatThrownBy(() -> KafkaConfig.of("h:1").withRoots(Root.of("a", "x"), Root.of("b", "x")))
                .hasMessageContaining("may come once");
        assertThatThrownBy(() -> new KafkaConfig.Creation(0, 1, java.time.Duration.ZERO))
                .hasMessageContaining("partitions 0");
    }
}
