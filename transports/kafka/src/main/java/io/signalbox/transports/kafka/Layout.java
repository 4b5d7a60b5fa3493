package io.signalbox.transports.kafka;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Which Kafka topic, and which of its partitions, a message is in. The number of Kafka topics is that of the configured
 * roots and one more, however many topics there are.
 */
final class Layout {
    /** Beyond it a sequence has no room for the partition's number. */
    static final int PARTITIONS_MAX = 1 << 12;

    private static final int PARTITION_BITS = 12;

    /**
     * @param root null: what no root has
     * @param first the number of its first partition
     */
    private record Route(String kafkaTopic, @Nullable Topic root, List<String> levels, int first, int partitions) {}

    private final List<Route> routes = new ArrayList<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Integer> numbers = new HashMap<>();
    private final Map<String, Topic> topics = new HashMap<>();

    /** The number of each Kafka topic's first partition. */
    private final Map<String, Integer> firsts = new HashMap<>();

    /** @param partitionsOf of each Kafka topic */
    Layout(KafkaConfig config, Map<String, Integer> partitionsOf) {
        List<Route> inOrder = new ArrayList<>();
        int first = count(partitionsOf, config.prefix());
        inOrder.add(new Route(config.prefix(), null, List.of(), 0, first));
        for (Root root : config.roots()) {
            int count = count(partitionsOf, root.kafkaTopic());
            inOrder.add(new Route(root.kafkaTopic(), root.topic(), root.topic().levels(), first, count));
            first += count;
        }
        for (Route route : inOrder) {
            firsts.put(route.kafkaTopic, route.first);
            for (int i = 0; i < route.partitions; i++) {
                numbers.put(new TopicPartition(route.kafkaTopic, i), partitions.size());
                partitions.add(new TopicPartition(route.kafkaTopic, i));
            }
            topics.put(route.kafkaTopic, route.root == null ? Topic.ofNative(route.kafkaTopic) : route.root);
        }
        KafkaConfig.check(
                partitions.size() <= PARTITIONS_MAX,
                partitions.size() + " partitions in all; the limit is " + PARTITIONS_MAX);
        routes.addAll(inOrder);
        routes.sort(Comparator.comparingInt((Route route) -> -route.levels.size()));
    }

    private static int count(Map<String, Integer> partitionsOf, String kafkaTopic) {
        Integer count = partitionsOf.get(kafkaTopic);
        if (count == null) {
            throw new IllegalArgumentException("the partitions of " + kafkaTopic + " are not known");
        }
        return count;
    }

    static List<String> kafkaTopics(KafkaConfig config) {
        List<String> all = new ArrayList<>(List.of(config.prefix()));
        config.roots().forEach(root -> all.add(root.kafkaTopic()));
        return all;
    }

    /**
     * Of the partitions that were there when this was made. A message without a key goes with its topic; one with a key
     * goes where Kafka's own partitioner sends it.
     *
     * @param key the message's, as Kafka has it
     */
    TopicPartition partition(Message message, byte @Nullable [] key) {
        Route route = route(message.topic());
        if (route.partitions == 1) {
            return partitions.get(route.first);
        }
        int hash = key == null ? message.topic().hashCode() : Utils.toPositive(Utils.murmur2(key));
        return partitions.get(route.first + Math.floorMod(hash, route.partitions));
    }

    /** The number of a partition of this layout, from 0. */
    int number(String kafkaTopic, int partition) {
        Integer first = firsts.get(kafkaTopic);
        if (first == null) {
            throw new IllegalArgumentException(kafkaTopic + " has no messages of this transport");
        }
        return first + partition;
    }

    private Route route(Topic topic) {
        if (routes.size() > 1) {
            for (Route route : routes) {
                if (route.root == null || holds(route.root, topic.text())) {
                    return route;
                }
            }
        }
        return routes.getLast();
    }

    private static boolean holds(Topic root, String topic) {
        String text = root.text();
        return topic.startsWith(text) && (topic.length() == text.length() || topic.charAt(text.length()) == '/');
    }

    /** The topic of a record that names none. */
    Topic topicOf(String kafkaTopic) {
        Topic topic = topics.get(kafkaTopic);
        return topic == null ? Topic.ofNative(kafkaTopic) : topic;
    }

    /** All partitions that may have messages for the filter. */
    List<TopicPartition> partitions(TopicFilter filter) {
        List<TopicPartition> wanted = new ArrayList<>();
        for (Route route : routes) {
            if (mayMatch(filter.levels(), route.levels)) {
                for (int i = 0; i < route.partitions; i++) {
                    wanted.add(new TopicPartition(route.kafkaTopic, i));
                }
                if (isWithin(filter.levels(), route.levels)) {
                    break; // shorter roots have nothing of what this one holds
                }
            }
        }
        return wanted;
    }

    /** May the filter match a topic at the root or below it? */
    private static boolean mayMatch(List<String> filter, List<String> root) {
        for (int i = 0; i < root.size(); i++) {
            if (i >= filter.size()) {
                return false;
            }
            String level = filter.get(i);
            if (level.equals(TopicFilter.ANY_LEVELS)) {
                return true;
            }
            if (!level.equals(TopicFilter.ONE_LEVEL) && !level.equals(root.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWithin(List<String> filter, List<String> root) {
        return filter.size() >= root.size() && filter.subList(0, root.size()).equals(root);
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    /** From 1; ascends within a partition. */
    long sequence(TopicPartition partition, long offset) {
        Integer number = numbers.get(partition);
        return number == null ? 0 : sequence(number, offset);
    }

    /** The same of a record that was just written, to a partition that exists. */
    long sequence(String kafkaTopic, int partition, long offset) {
        Integer first = firsts.get(kafkaTopic);
        return first == null ? 0 : sequence(first + partition, offset);
    }

    private static long sequence(int number, long offset) {
        return (offset << PARTITION_BITS | number) + 1;
    }

    /** @return null if no partition has that number */
    @Nullable
    Place place(long sequence) {
        int number = (int) ((sequence - 1) & (PARTITIONS_MAX - 1));
        return sequence < 1 || number >= partitions.size()
                ? null
                : new Place(partitions.get(number), (sequence - 1) >> PARTITION_BITS);
    }

    /** The first offset of a partition whose sequence is not below. */
    long offsetFrom(TopicPartition partition, long sequence) {
        long offset = Math.max(0, sequence - 1) >> PARTITION_BITS;
        return sequence(partition, offset) >= sequence ? offset : offset + 1;
    }
}
