package io.signalbox.client.request;

import io.signalbox.client.subscribe.Received;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.client.subscribe.Typed;
import io.signalbox.codec.Codec;
import io.signalbox.codec.Codecs;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers questions, in the format that who asks would like best. */
public final class Responders {
    /** What a question accepts as its answer, as in HTTP (RFC 9110, 12.5.1). */
    public static final String ACCEPT = "accept";

    /** {@code 1} in an answer that is none: its payload says, in words, why the question could not be answered. */
    static final String FAULT = "sb-fault";

    private static final Logger LOGGER = LoggerFactory.getLogger(Responders.class);

    private final Typed typed;
    private final Codecs codecs;
    private final Consumer<Message> publish;

    /** @param publish answers go at most once: who asked is there, or does not care any more */
    public Responders(Typed typed, Codecs codecs, Consumer<Message> publish) {
        this.typed = typed;
        this.codecs = codecs;
        this.publish = publish;
    }

    public <Q, A> Subscription respond(SubscribeOptions options, Class<Q> type, Responder<Q, A> responder) {
        return typed.subscribe(options, type, received -> answer(received, responder));
    }

    private <Q, A> void answer(Received<Q> question, Responder<Q, A> responder) throws Exception {
        Topic to = replyTopic(question);
        if (to == null) {
            A unused = responder.answer(question);
            return;
        }
        MessageProperties asked = question.message().properties();
        MessageProperties.Builder properties = MessageProperties.builder()
                .id(UUID.randomUUID().toString())
                .kind(MessageKind.RESPONSE)
                .correlation(asked.correlation())
                .causationId(asked.id())
                .traceparent(asked.traceparent());
        Message.Builder head = Message.to(to).guarantee(Guarantee.AT_MOST_ONCE);
        Message answer;
        try {
            A value = responder.answer(question);
            answer = codecs.encode(
                    head.properties(properties.contentType(contentType(asked)).build())
                            .build(),
                    value);
        } catch (Exception e) {
            LOGGER.warn("a question at {} could not be answered", question.topic(), e);
            answer = head.payload(String.valueOf(e.getMessage()))
                    .properties(properties
                            .contentType("text/plain")
                            .header(FAULT, "1")
                            .build())
                    .build();
        }
        publish.accept(answer);
    }

    private static @Nullable Topic replyTopic(Received<?> question) {
        String replyTo = question.message().properties().replyTo();
        try {
            return replyTo == null ? null : Topic.ofMqtt(replyTo);
        } catch (SignalboxException e) {
            LOGGER.debug("a question at {} names a reply topic that is none", question.topic());
            return null;
        }
    }

    /** The best of what who asked reads; without a word from him, the preferred. */
    private @Nullable String contentType(MessageProperties asked) {
        String accept = asked.headers().get(ACCEPT);
        return accept == null
                ? null
                : codecs.negotiate(accept).map(Codec::contentType).orElse(null);
    }
}
