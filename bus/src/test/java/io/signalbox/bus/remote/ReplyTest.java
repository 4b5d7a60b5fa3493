package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.codec.LayeredCodec;
import io.signalbox.codec.Layers;
import io.signalbox.codec.MessageCodec;
import io.signalbox.codec.PayloadLayer;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Where replies must be sealed, those that have nothing to read are sealed as well. */
class ReplyTest {
    private static final Message HEAD = Message.to(Topic.ofMqtt("replies")).build();

    /** Stands where a signature would. */
    private record Seal(boolean isRequired) implements PayloadLayer {
        @Override
        public Set<String> encodings() {
            return Set.of("sealed");
        }

        @Override
        public Wrapped wrap(Message message) {
            return new Wrapped(message, "sealed");
        }

        @Override
        public Message unwrap(Message message, String encoding) {
            return message;
        }
    }

    private static MessageCodec sealing(MessageCodec codec) {
        return new LayeredCodec(codec, Layers.of(new Seal(true)));
    }

    private static Message with(String... headers) {
        var properties = HEAD.properties().toBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            properties.header(headers[i], headers[i + 1]);
        }
        return HEAD.toBuilder().properties(properties.build()).build();
    }

    private static void assertNotSealed(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.POLICY));
    }

    @Test
    void aReplyWithoutATextIsSealed() {
        MessageCodec codec = sealing(new BrokenCodec(value -> value instanceof String, type -> false));
        Message reply =
                Reply.of(new CommandResult.Failure<>(new IllegalStateException("secret"), 1, null), HEAD, codec);
        assertThat(reply.properties().contentEncoding()).isEqualTo("sealed");
        assertThat(reply.payload()).isEmpty();
        assertThat(Reply.read(reply, String.class, codec))
                .isInstanceOfSatisfying(
                        CommandResult.Failure.class,
                        failure -> assertThat(failure.error()).hasMessageContaining("IllegalStateException"));
    }

    @Test
    void aReplyThatSomebodyWroteWithoutATextIsNotBelieved() {
        MessageCodec codec = sealing(Codecs.load());
        Message failure = with("sb-status", "failure", "sb-error", "java.lang.Error", "sb-attempts", "1");
        assertNotSealed(() -> Reply.read(failure, String.class, codec));
        Message rejected = with("sb-status", "rejected", "sb-reason", "no_handler");
        assertNotSealed(() -> Reply.read(rejected, String.class, codec));
    }

    @Test
    void howManyWereAskedIsSealedToo() {
        MessageCodec codec = sealing(Codecs.load());
        assertThat(Reply.asked(Reply.asking(3, HEAD, codec), codec)).isEqualTo(3);
        assertNotSealed(() -> Reply.asked(with("sb-asked", "1"), codec));
        assertThat(Reply.asked(with("sb-status", "success"), codec)).isZero();
    }
}
