package io.signalbox.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LayersTest {
    /** Puts its name around the payload; refuses what does not have it. */
    private record Bracket(String name, boolean isRequired) implements PayloadLayer {
        @Override
        public Set<String> encodings() {
            return Set.of(name);
        }

        @Override
        public @Nullable Wrapped wrap(Message message) {
            return message.payload().length == 0
                    ? null
                    : new Wrapped(
                            message.toBuilder()
                                    .payload(name + "(" + message.payloadText() + ")")
                                    .build(),
                            name);
        }

        @Override
        public Message unwrap(Message message, String encoding) {
            String text = message.payloadText();
            if (!text.startsWith(name + "(")) {
                throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "not mine");
            }
            return message.toBuilder()
                    .payload(text.substring(name.length() + 1, text.length() - 1))
                    .build();
        }
    }

    private static final PayloadLayer A = new Bracket("a", false);
    private static final PayloadLayer B = new Bracket("b", false);
    private static final PayloadLayer C = new Bracket("c", false);
    private static final PayloadLayer B_REQUIRED = new Bracket("b", true);

    private static Message message(String payload, @Nullable String encoding) {
        return Message.to(Topic.ofMqtt("t"))
                .payload(payload)
                .properties(
                        MessageProperties.builder().contentEncoding(encoding).build())
                .build();
    }

    private static void assertReason(Layers layers, Message message, ReasonCode reason) {
        assertThatThrownBy(() -> layers.unwrap(message))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void theContentEncodingRecordsTheChainInItsOrder() {
        Message wrapped = Layers.of(A, B).wrap(message("x", null));
        assertThat(wrapped.payloadText()).isEqualTo("b(a(x))");
        assertThat(wrapped.properties().contentEncoding()).isEqualTo("a, b");
        Message back = Layers.of(A, B).unwrap(wrapped);
        assertThat(back.payloadText()).isEqualTo("x");
        assertThat(back.properties().contentEncoding()).isNull();
    }

    @Test
    void theReceiverFollowsTheMessageAndNotItsOwnOrder() {
        assertThat(Layers.of(A, B).unwrap(message("a(b(x))", "b, a")).payloadText())
                .isEqualTo("x");
        assertThat(Layers.of(A, B).unwrap(message("a(x)", "a")).payloadText()).isEqualTo("x");
        assertThat(Layers.of(A, B).unwrap(message("x", null)).payloadText()).isEqualTo("x");
        assertThat(Layers.of(A, B).unwrap(message("x", "identity")).payloadText())
                .isEqualTo("x");
    }

    @Test
    void whatALayerLetsPassIsNotRecorded() {
        Message empty = message("", null);
        assertThat(Layers.of(A, B).wrap(empty)).isSameAs(empty);
    }

    @Test
    void whatIsUnknownOrTwiceOrTooMuchIsRefused() {
        assertReason(Layers.of(A), message("b(x)", "b"), ReasonCode.PAYLOAD_UNREADABLE);
        assertReason(Layers.of(A), message("a(a(x))", "a, a"), ReasonCode.PAYLOAD_UNREADABLE);
        assertReason(Layers.of(A), message("x", "a,".repeat(9)), ReasonCode.PAYLOAD_UNREADABLE);
        assertReason(Layers.of(A), message("x", "a".repeat(300)), ReasonCode.PAYLOAD_UNREADABLE);
        assertReason(Layers.of(A), message("x", "a"), ReasonCode.PAYLOAD_UNREADABLE);
    }

    @Test
    void aRequiredLayerThatIsMissingIsAMatterOfPolicyBeforeAnythingIsUnwrapped() {
        Layers strict = Layers.of(A, B_REQUIRED);
        assertReason(strict, message("x", null), ReasonCode.POLICY);
        assertReason(strict, message("broken", "a"), ReasonCode.POLICY);
        assertThat(strict.unwrap(strict.wrap(message("x", null))).payloadText()).isEqualTo("x");
    }

    @Test
    void nothingButWhatTheReceiverPutThereMayLieOutsideOfARequiredLayer() {
        Layers strict = Layers.of(A, B_REQUIRED, C);
        // "broken" is what none of the layers can take off: whoever tries says PAYLOAD_UNREADABLE.
        assertReason(strict, message("broken", "b, a"), ReasonCode.POLICY);
        assertReason(strict, message("broken", "b, a, c"), ReasonCode.POLICY);
        assertReason(strict, message("broken", "a, c, b"), ReasonCode.PAYLOAD_UNREADABLE);
        assertThat(strict.unwrap(message("c(b(a(x)))", "a, b, c")).payloadText())
                .isEqualTo("x");
        assertThat(strict.unwrap(message("b(a(c(x)))", "c, a, b")).payloadText())
                .as("within, the message's order counts")
                .isEqualTo("x");
    }

    @Test
    void ofTwoRequiredLayersEachHoldsItsPlace() {
        Layers strict = Layers.of(new Bracket("a", true), B_REQUIRED);
        assertReason(strict, message("broken", "b, a"), ReasonCode.POLICY);
        assertThat(strict.unwrap(strict.wrap(message("x", null))).payloadText()).isEqualTo("x");
    }

    @Test
    void textThatIsWrappedNoLongerSaysThatItIsText() {
        Message text = message("x", null).toBuilder()
                .properties(MessageProperties.builder().utf8Payload(true).build())
                .build();
        Message wrapped = Layers.of(A).wrap(text);
        assertThat(wrapped.properties().utf8Payload()).isFalse();
        assertThat(Layers.of(A).unwrap(wrapped).properties()).isEqualTo(text.properties());
    }

    @Test
    void twoLayersOfOneEncodingAreAMistake() {
        assertThatThrownBy(() -> Layers.of(B, B_REQUIRED)).isInstanceOf(IllegalArgumentException.class);
    }
}
