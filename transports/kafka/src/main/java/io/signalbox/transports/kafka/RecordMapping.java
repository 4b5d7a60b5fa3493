package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import io.signalbox.transports.delivery.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message and its record: the payload is the value, the ordering key is the key, everything else is headers, named by
 * {@link FieldNames} in {@link MessageFields}' form with order and repeats. A record of somebody else needs none of them.
 */
record RecordMapping(Layout layout, Topics topics) {
    /** The session that published it, for those that do not want their own messages. */
    static final String PUBLISHER = "sb-session";

    /** A header whose value is no text is kept in base64 under its name and this. */
    static final String BASE64_SUFFIX = "-base64";

    RecordMapping(Layout layout) {
        this(layout, new Topics(Topic::ofMqtt));
    }

    /** @param nowMillis the time that Kafka finds it by */
    ProducerRecord<byte[], byte[]> record(Message message, @Nullable String publisher, long nowMillis) {
        String orderingKey = message.properties().orderingKey();
        byte[] key = orderingKey == null ? null : bytes(orderingKey);
        TopicPartition partition = layout.partition(message, key);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(partition.topic(), partition.partition(), nowMillis, key, message.payload());
        addHeaders(record.headers(), message, publisher); // those that a record is made with it copies
        return record;
    }

    static RecordHeaders headers(Message message, @Nullable String publisher) {
        RecordHeaders headers = new RecordHeaders();
        addHeaders(headers, message, publisher);
        return headers;
    }

    private static void addHeaders(Headers headers, Message message, @Nullable String publisher) {
        MessageFields.list(message, (name, value) -> {
            if (!name.equals(FieldNames.ORDERING_KEY)) { // it is the key
                headers.add(name, bytes(value));
            }
        });
        if (publisher != null) {
            headers.add(PUBLISHER, bytes(publisher));
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Cheap, for those who want to know first whether they want the message. */
    Topic topic(ConsumerRecord<byte[], byte[]> record) {
        Header named = record.headers().lastHeader(FieldNames.TOPIC);
        if (named != null && named.value() != null) {
            try {
                return topics.of(new String(named.value(), StandardCharsets.UTF_8));
            } catch (SignalboxException e) {
                return layout.topicOf(record.topic()); // reading the message says what is wrong
            }
        }
        return layout.topicOf(record.topic());
    }

    static boolean isPublisher(ConsumerRecord<byte[], byte[]> record, String session) {
        Header publisher = record.headers().lastHeader(PUBLISHER);
        return publisher != null
                && publisher.value() != null
                && session.equals(new String(publisher.value(), StandardCharsets.UTF_8));
    }

    /** @throws SignalboxException MALFORMED or TOPIC_INVALID, naming the header that no message can have */
    Message message(ConsumerRecord<byte[], byte[]> record) {
        byte[] plain = topicOfPlain(record);
        String topic = plain == null ? null : text(plain);
        return topic == null
                ? read(record)
                : Message.to(topics.of(topic)).payload(value(record)).build();
    }

    private static byte[] value(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        return value == null ? new byte[0] : value;
    }

    /** Of a record that has nothing but a topic and a value, as most have; null for any other. */
    private static byte @Nullable [] topicOfPlain(ConsumerRecord<byte[], byte[]> record) {
        byte[] topic = null;
        boolean named = false;
        if (record.key() == null) {
            for (Header header : record.headers()) {
                String name = header.key();
                if (!named && name.equals(FieldNames.TOPIC)) {
                    named = true;
                    topic = header.value();
                } else if (!name.equals(PUBLISHER)) {
                    return null;
                }
            }
        }
        return topic;
    }

    private Message read(ConsumerRecord<byte[], byte[]> record) {
        FieldReader reader = MessageFields.reader(layout.topicOf(record.topic()));
        boolean keyed = false;
        for (Header header : record.headers()) {
            String name = header.key();
            if (!name.equals(PUBLISHER)) {
                keyed |= name.equals(FieldNames.ORDERING_KEY);
                add(reader, name, header.value());
            }
        }
        String key = keyed || record.key() == null ? null : text(record.key());
        if (key != null) {
            reader.add(FieldNames.ORDERING_KEY, key);
        }
        Message message = reader.message(value(record));
        return message.ttlMillis() > 0 && message.timestampMillis() == 0
                ? message.toBuilder().timestampMillis(record.timestamp()).build()
                : message;
    }

    private static void add(FieldReader reader, String name, byte @Nullable [] value) {
        String text = value == null ? "" : text(value);
        if (text != null) {
            reader.add(name, text);
        } else {
            reader.add(name + BASE64_SUFFIX, Base64.getEncoder().encodeToString(value));
        }
    }

    /** What it takes in memory: key, value and headers. */
    static int sizeBytes(ConsumerRecord<byte[], byte[]> record) {
        int bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        for (Header header : record.headers()) {
            byte[] value = header.value();
            bytes += header.key().length() + (value == null ? 0 : value.length);
        }
        return bytes;
    }

    /** Null if the bytes are no text that a message may carry. */
    private static @Nullable String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // What is no UTF-8 becomes this character, which may also be meant.
        boolean whole = text.indexOf('\uFFFD') < 0 || Arrays.equals(bytes(text), bytes);
        return whole && text.indexOf('\0') < 0 ? text : null;
    }
}
