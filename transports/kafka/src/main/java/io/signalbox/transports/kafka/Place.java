package io.signalbox.transports.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Where a record is. */
record Place(TopicPartition partition, long offset) {
    static Place of(ConsumerRecord<byte[], byte[]> record) {
        return new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
    }
}
