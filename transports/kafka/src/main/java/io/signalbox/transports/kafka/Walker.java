package io.signalbox.transports.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads stretches of what Kafka keeps. */
@FunctionalInterface
interface Walker {
    /** What is done with each; false ends the walk. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(ConsumerRecord<byte[], byte[]> record);
    }

    /**
     * All records in the order of time. Blocks.
     *
     * @throws io.signalbox.error.SignalboxException BUSY if the cluster gives nothing for too long
     */
    void walk(Map<TopicPartition, Walk.Stretch> stretches, Visitor visitor);
}
