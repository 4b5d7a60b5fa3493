package io.signalbox.testkit.codec;

import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.List;
import java.util.function.UnaryOperator;

/** What somebody on the way could do to a message. */
final class Changes {
    static final List<UnaryOperator<Message>> ALL = List.of(
            message -> message.toBuilder().topic(Topic.ofMqtt("orders/old")).build(),
            properties(each -> each.id("2")),
            properties(each -> each.id(null)),
            properties(each -> each.from("thief")),
            properties(each -> each.to("thief")),
            properties(each -> each.replyTo("thief/replies")),
            properties(each -> each.kind(MessageKind.RESPONSE)),
            properties(each -> each.correlation(new byte[] {2})),
            properties(each -> each.correlation(null)),
            properties(each -> each.causationId("2")),
            properties(each -> each.orderingKey("k")),
            properties(each -> each.idempotencyKey("2")),
            properties(each -> each.idempotencyKey(null)),
            properties(each -> each.schema("order", null)),
            properties(each -> each.schema(null, "2")),
            properties(each -> each.contentType("text/plain")),
            properties(each -> each.contentType(null)));

    private Changes() {}

    private static UnaryOperator<Message> properties(UnaryOperator<MessageProperties.Builder> change) {
        return message -> message.toBuilder()
                .properties(change.apply(message.properties().toBuilder()).build())
                .build();
    }
}
