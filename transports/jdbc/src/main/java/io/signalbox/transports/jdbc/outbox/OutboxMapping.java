package io.signalbox.transports.jdbc.outbox;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;

/** What a row becomes. */
@FunctionalInterface
public interface OutboxMapping {
    /**
     * Topic {@code aggregatetype/type}, the row's id as message id, the aggregate's as ordering key where the transport
     * keeps order, the type as schema.
     */
    OutboxMapping BY_AGGREGATE = event -> Message.to(Topic.ofMqtt(event.aggregateType() + "/" + event.type()))
            .payload(event.payload())
            .properties(MessageProperties.builder()
                    .id(event.id().toString())
                    .orderingKey(event.aggregateId())
                    .schema(event.type(), null)
                    .build())
            .build();

    Message map(OutboxEvent event);
}
